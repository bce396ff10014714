namespace Gantry.Cli.Completion;

/// <summary>
/// What a shell runs to complete a line. Each asks <c>gantry complete</c> with the words up to the cursor, which answers
/// with lines of a candidate and, after a tab, what it means.
/// </summary>
internal static class CompletionScripts
{
    public const string Bash = """
        # gantry: completion for bash.  source <(gantry completion bash)
        _gantry() {
            local line
            COMPREPLY=()
            while IFS= read -r line; do
                COMPREPLY+=("${line%%$'\t'*}")
            done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -o default -F _gantry gantry

        """;

    public const string Zsh = """
        #compdef gantry
        # gantry: completion for zsh.  source <(gantry completion zsh)
        _gantry() {
            local -a candidates
            local line
            while IFS= read -r line; do
                candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
            if (( ${#candidates} )); then
                _describe -V 'gantry' candidates
            else
                _files
            fi
        }
        compdef _gantry gantry

        """;

    public const string Fish = """
        # gantry: completion for fish.  gantry completion fish | source
        function __gantry_complete
            set -l words (commandline -opc)
            $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null
        end
        complete -c gantry -f -a '(__gantry_complete)'
        complete -c gantry -F -n 'string match -q -- "*/*" (commandline -ct)'

        """;
}
