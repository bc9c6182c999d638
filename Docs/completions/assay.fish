function __assay_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __assay_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __assay_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __assay_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __assay_parse_tokens -S
    set -l unparsed_tokens (__assay_tokens -pc)
    switch $unparsed_tokens[1]
    case 'assay'
        __assay_parse_subcommand 0 'h/help'
        switch $unparsed_tokens[1]
        case 'verify'
            __assay_parse_subcommand -r 1 'policy=' 'trust=+' 'certs=+' 'crl=+' 'catalog=+' 'at=' 'offline' 'strict' 'requirement=' 'digest=+' 'format=' 'o/output=' 'v/verbose' 'q/quiet' 'fail-on=' 'exit-zero' 'name=' 'files-from=' '0' 'jobs=' 'h/help'
        case 'scan'
            __assay_parse_subcommand -r 1 'policy=' 'trust=+' 'certs=+' 'crl=+' 'catalog=+' 'at=' 'offline' 'strict' 'requirement=' 'digest=+' 'format=' 'o/output=' 'v/verbose' 'q/quiet' 'fail-on=' 'exit-zero' 'exclude=+' 'zone=' 'jobs=' 'h/help'
        case 'explain'
            __assay_parse_subcommand 1 'name=' 'policy=' 'trust=+' 'certs=+' 'crl=+' 'catalog=+' 'at=' 'offline' 'strict' 'requirement=' 'digest=+' 'format=' 'o/output=' 'v/verbose' 'q/quiet' 'fail-on=' 'exit-zero' 'h/help'
        case 'inspect'
            __assay_parse_subcommand 1 'name=' 'format=' 'requirements' 'h/help'
        case 'policy'
            __assay_parse_subcommand 0 'h/help'
            switch $unparsed_tokens[1]
            case 'check'
                __assay_parse_subcommand -r 1 'h/help'
            case 'test'
                __assay_parse_subcommand -r 2 'reports=+' 'against=' 'policy=' 'trust=+' 'certs=+' 'crl=+' 'catalog=+' 'at=' 'offline' 'strict' 'requirement=' 'digest=+' 'h/help'
            case 'show'
                __assay_parse_subcommand 1 'h/help'
            case 'import'
                __assay_parse_subcommand -r 1 'h/help'
            end
        case 'trust'
            __assay_parse_subcommand 0 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __assay_parse_subcommand 0 'h/help'
            case 'show'
                __assay_parse_subcommand 1 'h/help'
            case 'update'
                __assay_parse_subcommand 0 'from=' 'h/help'
            end
        case 'formats'
            __assay_parse_subcommand 0 'findings' 'format=' 'h/help'
        case 'demo'
            __assay_parse_subcommand -r 1 'h/help'
        case 'version'
            __assay_parse_subcommand 0 'h/help'
        case 'help'
            __assay_parse_subcommand -r 1 
        end
    end
end

function __assay_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __assay_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __assay_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __assay_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__assay_tokens -p)
    if test -z "$(__assay_tokens -t)"
        set -l index (count (__assay_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'assay' -f
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'verify' -d 'Judge the named files and bundles.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'scan' -d 'Walk a tree and judge everything in it that can run.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'explain' -d 'Show every check of one file: passed, failed or not established, and what would mend it.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'inspect' -d 'Print what the signature of a file says, decoded, with no judgement.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'policy' -d 'Check a policy, try it, print it, make one of a foreign one.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'trust' -d 'Show the trust bundles: what is in them, from where, how old; take newer lists from files.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'formats' -d 'List the formats that can be judged, or the finding codes.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'demo' -d 'Make a folder of good and bad examples with an authority of its own, and scan it.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'version' -d 'Print the version, the build, and the trust bundles with their dates.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" policy' -l 'policy' -d 'The policy: a YAML file, or builtin:NAME.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify"' -l 'trust' -d 'Trust only this; repeat for more: builtin:NAME, a file of certificates (PEM or DER), or a folder of them.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify"' -l 'certs' -d 'Certificates that are no anchors, to complete paths: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify"' -l 'crl' -d 'CRLs or OCSP responses: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify"' -l 'catalog' -d 'Security catalogs that may list the files: a file or a folder (*.cat in it, at any depth); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" at' -l 'at' -d 'Judge as of this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" offline' -l 'offline' -d 'Open no socket. This is always so.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" strict' -l 'strict' -d 'Take what platforms tolerate for malformed.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" requirement' -l 'requirement' -d 'Demand this of whatever would be accepted: a requirement\'s text, or @FILE with its text or csreq\'s binary form.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify"' -l 'digest' -d 'Also compute this digest of every file (md2, md5, sha1, sha224, sha256, sha384, sha512, sha512-224, sha512-256, sha3-224, sha3-256, sha3-384, sha3-512); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" format' -l 'format' -d 'How to print: text, json, jsonl, sarif, junit, csv, html, navigator.' -rfka 'text json jsonl sarif junit csv html navigator'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" o output' -s 'o' -l 'output' -d 'Write results to this file, whole or not at all.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" v verbose' -s 'v' -l 'verbose' -d 'Show what is good, too, and what is no code.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" q quiet' -s 'q' -l 'quiet' -d 'Show only what is not accepted; no notes.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" fail-on' -l 'fail-on' -d 'Exit 1 for these states and no others, with commas between: trusted, stale, expired, untrusted, wrong-usage, revoked, not-assessed, unsigned, malformed, tampered, distrusted.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" exit-zero' -l 'exit-zero' -d 'Exit 0 in place of 1 and 3.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" name' -l 'name' -d 'What standard input is called: its ending may say what it is.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" files-from' -l 'files-from' -d 'Also judge the files that this file lists, one a line; - for standard input.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" 0' -s '0' -d 'The list of --files-from has a zero byte after each name.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" jobs' -l 'jobs' -d 'Work on this many files at a time (default: one per core).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" policy' -l 'policy' -d 'The policy: a YAML file, or builtin:NAME.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan"' -l 'trust' -d 'Trust only this; repeat for more: builtin:NAME, a file of certificates (PEM or DER), or a folder of them.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan"' -l 'certs' -d 'Certificates that are no anchors, to complete paths: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan"' -l 'crl' -d 'CRLs or OCSP responses: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan"' -l 'catalog' -d 'Security catalogs that may list the files: a file or a folder (*.cat in it, at any depth); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" at' -l 'at' -d 'Judge as of this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" offline' -l 'offline' -d 'Open no socket. This is always so.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" strict' -l 'strict' -d 'Take what platforms tolerate for malformed.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" requirement' -l 'requirement' -d 'Demand this of whatever would be accepted: a requirement\'s text, or @FILE with its text or csreq\'s binary form.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan"' -l 'digest' -d 'Also compute this digest of every file (md2, md5, sha1, sha224, sha256, sha384, sha512, sha512-224, sha512-256, sha3-224, sha3-256, sha3-384, sha3-512); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" format' -l 'format' -d 'How to print: text, json, jsonl, sarif, junit, csv, html, navigator.' -rfka 'text json jsonl sarif junit csv html navigator'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" o output' -s 'o' -l 'output' -d 'Write results to this file, whole or not at all.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" v verbose' -s 'v' -l 'verbose' -d 'Show what is good, too, and what is no code.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" q quiet' -s 'q' -l 'quiet' -d 'Show only what is not accepted; no notes.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" fail-on' -l 'fail-on' -d 'Exit 1 for these states and no others, with commas between: trusted, stale, expired, untrusted, wrong-usage, revoked, not-assessed, unsigned, malformed, tampered, distrusted.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" exit-zero' -l 'exit-zero' -d 'Exit 0 in place of 1 and 3.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan"' -l 'exclude' -d 'Leave out what matches: a name, or with a / a path below the root; *, ?, [a-z] and ** as usual. Repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" zone' -l 'zone' -d 'The zone of scripts that carry no Zone.Identifier: my-computer, intranet, trusted, internet, untrusted, its number, or unknown (taken for remote). Default: my-computer.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" jobs' -l 'jobs' -d 'Work on this many files at a time (default: one per core).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay scan" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" name' -l 'name' -d 'What standard input is called: its ending may say what it is.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" policy' -l 'policy' -d 'The policy: a YAML file, or builtin:NAME.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain"' -l 'trust' -d 'Trust only this; repeat for more: builtin:NAME, a file of certificates (PEM or DER), or a folder of them.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain"' -l 'certs' -d 'Certificates that are no anchors, to complete paths: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain"' -l 'crl' -d 'CRLs or OCSP responses: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain"' -l 'catalog' -d 'Security catalogs that may list the files: a file or a folder (*.cat in it, at any depth); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" at' -l 'at' -d 'Judge as of this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" offline' -l 'offline' -d 'Open no socket. This is always so.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" strict' -l 'strict' -d 'Take what platforms tolerate for malformed.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" requirement' -l 'requirement' -d 'Demand this of whatever would be accepted: a requirement\'s text, or @FILE with its text or csreq\'s binary form.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain"' -l 'digest' -d 'Also compute this digest of every file (md2, md5, sha1, sha224, sha256, sha384, sha512, sha512-224, sha512-256, sha3-224, sha3-256, sha3-384, sha3-512); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" format' -l 'format' -d 'How to print: text, json, jsonl, sarif, junit, csv, html, navigator.' -rfka 'text json jsonl sarif junit csv html navigator'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" o output' -s 'o' -l 'output' -d 'Write results to this file, whole or not at all.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" v verbose' -s 'v' -l 'verbose' -d 'Show what is good, too, and what is no code.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" q quiet' -s 'q' -l 'quiet' -d 'Show only what is not accepted; no notes.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" fail-on' -l 'fail-on' -d 'Exit 1 for these states and no others, with commas between: trusted, stale, expired, untrusted, wrong-usage, revoked, not-assessed, unsigned, malformed, tampered, distrusted.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" exit-zero' -l 'exit-zero' -d 'Exit 0 in place of 1 and 3.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay inspect" name' -l 'name' -d 'What standard input is called: its ending may say what it is.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay inspect" format' -l 'format' -d 'How to print: text, json.' -rfka 'text json'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay inspect" requirements' -l 'requirements' -d 'Print the requirements in each signature of Apple code alone, in Apple\'s language.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay inspect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'check' -d 'Read a policy whole and say what is wrong with it, by line and column.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'test' -d 'Show what a policy would decide about files, and how that differs from the default policy.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'show' -d 'Print a policy as it was understood.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'import' -d 'Print a policy that judges by a foreign policy or list.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test"' -l 'reports' -d 'Judge the reports saved in this file, too: what --format json or jsonl wrote.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" against' -l 'against' -d 'The policy to compare with.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" policy' -l 'policy' -d 'The policy: a YAML file, or builtin:NAME.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test"' -l 'trust' -d 'Trust only this; repeat for more: builtin:NAME, a file of certificates (PEM or DER), or a folder of them.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test"' -l 'certs' -d 'Certificates that are no anchors, to complete paths: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test"' -l 'crl' -d 'CRLs or OCSP responses: a file or a folder; repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test"' -l 'catalog' -d 'Security catalogs that may list the files: a file or a folder (*.cat in it, at any depth); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" at' -l 'at' -d 'Judge as of this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" offline' -l 'offline' -d 'Open no socket. This is always so.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" strict' -l 'strict' -d 'Take what platforms tolerate for malformed.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" requirement' -l 'requirement' -d 'Demand this of whatever would be accepted: a requirement\'s text, or @FILE with its text or csreq\'s binary form.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test"' -l 'digest' -d 'Also compute this digest of every file (md2, md5, sha1, sha224, sha256, sha384, sha512, sha512-224, sha512-256, sha3-224, sha3-256, sha3-384, sha3-512); repeat for more.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy test" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy import" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay trust" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay trust" -eq 1' -fa 'list' -d 'List the bundles that count where --trust names none.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay trust" -eq 1' -fa 'show' -d 'Show a bundle\'s anchors, or one anchor with its limits.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay trust" -eq 1' -fa 'update' -d 'Take newer lists from files: authroot.stl, disallowedcert.stl, or a folder that holds them.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay trust list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay trust show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay trust update" from' -l 'from' -d 'The list, or a folder that holds lists.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay trust update" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay formats" findings' -l 'findings' -d 'List the finding codes with what they mean and what helps.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay formats" format' -l 'format' -d 'How to print: text, json.' -rfka 'text json'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay formats" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay demo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay version" h help' -s 'h' -l 'help' -d 'Show help information.'
