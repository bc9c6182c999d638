import AssayCore

/// The fixed parts of the page. A test holds the hashes to the texts.
enum HTMLPage {
  static let style = """
    body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem;display:flex;flex-direction:column;color:#1c1e21;background:#fff}
    header{order:-1}table{border-collapse:collapse;margin:.6rem 0}th,td{text-align:left;vertical-align:top;padding:.25rem .7rem;\
    border-bottom:1px solid #d8dce1;overflow-wrap:anywhere}th{background:#f2f4f6}summary{cursor:pointer;font-family:monospace}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;font-size:.9em}dt{color:#5a6069}dd{margin:0}
    b.trusted{color:#13703a}b.stale,b.expired,b.not-assessed{color:#8a5a00}b{color:#b3141d}
    @media (prefers-color-scheme:dark){body{color:#e4e6e9;background:#16181b}th{background:#24282d}th,td{border-color:#393e45}\
    b.trusted{color:#5fce8a}b.stale,b.expired,b.not-assessed{color:#e3b04b}b{color:#ff7b80}dt{color:#a3a9b2}}
    """

  static let script = """
    const rows=[...document.querySelectorAll("#reports tbody tr")],words=document.getElementById("words"),\
    state=document.getElementById("state"),shown=document.getElementById("shown");
    function filter(){const wanted=words.value.toLowerCase().split(" ").filter(Boolean);let count=0;
    for(const row of rows){const text=row.textContent.toLowerCase();
    row.hidden=!(wanted.every(w=>text.includes(w))&&(!state.value||row.dataset.state===state.value));if(!row.hidden)count++}
    shown.textContent=count+" of "+rows.length}
    words.addEventListener("input",filter);state.addEventListener("change",filter);filter();
    """

  static let securityPolicy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    + "script-src 'sha256-eo8CTp/isN/M3VkR6zRkHpAeIsisjclk8D4Q0Rm20TM='; style-src 'sha256-9yVtouEBSzlSpfJ/I+1XvJ2kNU4J3+fcwVLKnmNT95w='"

  static var stateOptions: String { State.allCases.map { "<option>\($0.rawValue)</option>" }.joined() }
}
