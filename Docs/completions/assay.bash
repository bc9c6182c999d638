#!/bin/bash

__assay_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__assay_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__assay_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__assay_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_assay() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(-h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    verify|scan|explain|inspect|policy|trust|formats|demo|version|help)
        # Offer subcommand argument completions
        "_assay_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'verify scan explain inspect policy trust formats demo version help' -- "${cur}"))
        ;;
    esac
}

_assay_verify() {
    repeating_flags=()
    non_repeating_flags=(--offline --strict -v --verbose -q --quiet --exit-zero -0 -h --help)
    repeating_options=(--trust --certs --crl --catalog --digest)
    non_repeating_options=(--policy --at --requirement --format -o --output --fail-on --name --files-from --jobs)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--trust')
        return
        ;;
    '--certs')
        return
        ;;
    '--crl')
        return
        ;;
    '--catalog')
        return
        ;;
    '--at')
        return
        ;;
    '--requirement')
        return
        ;;
    '--digest')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''sarif'$'\n''junit'$'\n''csv'$'\n''html'$'\n''navigator'
        return
        ;;
    '-o'|'--output')
        return
        ;;
    '--fail-on')
        return
        ;;
    '--name')
        return
        ;;
    '--files-from')
        return
        ;;
    '--jobs')
        return
        ;;
    esac
}

_assay_scan() {
    repeating_flags=()
    non_repeating_flags=(--offline --strict -v --verbose -q --quiet --exit-zero -h --help)
    repeating_options=(--trust --certs --crl --catalog --digest --exclude)
    non_repeating_options=(--policy --at --requirement --format -o --output --fail-on --zone --jobs)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--trust')
        return
        ;;
    '--certs')
        return
        ;;
    '--crl')
        return
        ;;
    '--catalog')
        return
        ;;
    '--at')
        return
        ;;
    '--requirement')
        return
        ;;
    '--digest')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''sarif'$'\n''junit'$'\n''csv'$'\n''html'$'\n''navigator'
        return
        ;;
    '-o'|'--output')
        return
        ;;
    '--fail-on')
        return
        ;;
    '--exclude')
        return
        ;;
    '--zone')
        return
        ;;
    '--jobs')
        return
        ;;
    esac
}

_assay_explain() {
    repeating_flags=()
    non_repeating_flags=(--offline --strict -v --verbose -q --quiet --exit-zero -h --help)
    repeating_options=(--trust --certs --crl --catalog --digest)
    non_repeating_options=(--name --policy --at --requirement --format -o --output --fail-on)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--name')
        return
        ;;
    '--policy')
        return
        ;;
    '--trust')
        return
        ;;
    '--certs')
        return
        ;;
    '--crl')
        return
        ;;
    '--catalog')
        return
        ;;
    '--at')
        return
        ;;
    '--requirement')
        return
        ;;
    '--digest')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''sarif'$'\n''junit'$'\n''csv'$'\n''html'$'\n''navigator'
        return
        ;;
    '-o'|'--output')
        return
        ;;
    '--fail-on')
        return
        ;;
    esac
}

_assay_inspect() {
    repeating_flags=()
    non_repeating_flags=(--requirements -h --help)
    repeating_options=()
    non_repeating_options=(--name --format)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--name')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''json'
        return
        ;;
    esac
}

_assay_policy() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    check|test|show|import)
        # Offer subcommand argument completions
        "_assay_policy_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'check test show import' -- "${cur}"))
        ;;
    esac
}

_assay_policy_check() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options -1
}

_assay_policy_test() {
    repeating_flags=()
    non_repeating_flags=(--offline --strict -h --help)
    repeating_options=(--reports --trust --certs --crl --catalog --digest)
    non_repeating_options=(--against --policy --at --requirement)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--reports')
        return
        ;;
    '--against')
        return
        ;;
    '--policy')
        return
        ;;
    '--trust')
        return
        ;;
    '--certs')
        return
        ;;
    '--crl')
        return
        ;;
    '--catalog')
        return
        ;;
    '--at')
        return
        ;;
    '--requirement')
        return
        ;;
    '--digest')
        return
        ;;
    esac
}

_assay_policy_show() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 1
}

_assay_policy_import() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options -1
}

_assay_trust() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|show|update)
        # Offer subcommand argument completions
        "_assay_trust_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show update' -- "${cur}"))
        ;;
    esac
}

_assay_trust_list() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0
}

_assay_trust_show() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 1
}

_assay_trust_update() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=(--from)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--from')
        return
        ;;
    esac
}

_assay_formats() {
    repeating_flags=()
    non_repeating_flags=(--findings -h --help)
    repeating_options=()
    non_repeating_options=(--format)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--format')
        __assay_add_completions -W 'text'$'\n''json'
        return
        ;;
    esac
}

_assay_demo() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options -1
}

_assay_version() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0
}

_assay_help() {
    :
}

complete -o filenames -F _assay assay
