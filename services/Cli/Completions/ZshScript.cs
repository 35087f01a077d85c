namespace Segmentation.Cli.Completions;

/// <summary>The script for zsh, for a folder of its <c>fpath</c> or to be sourced.</summary>
internal static class ZshScript
{
    /// <summary>Writes the script of a table.</summary>
    public static string Of(CommandEntry root) => $$"""
        #compdef segctl
        # Completions of segctl for zsh: source <(segctl completions zsh), or this file as _segctl in a folder of fpath.

        # What can be written behind a command, with descriptions: commands below it, then options.
        __segctl_commands() {
          reply=()
          case $1 in
        {{ShellScript.Lines(4, root.All.Where(one => one.Commands.Count > 0).Select(one =>
            $"'{one.Path}') reply=({string.Join(' ', one.Commands.Select(sub => Described(sub.Name, sub.Description)))}) ;;"))}}
          esac
        }

        __segctl_options() {
          reply=()
          case $1 in
        {{ShellScript.Lines(4, root.All.Select(one =>
            $"'{one.Path}') reply=({string.Join(' ', one.Options.SelectMany(option => option.Names.Select(
                name => Described(name, option.Description))))}) ;;"))}}
          esac
        }

        {{ShellScript.ValueFunctions(root)}}

        # Completes a value: $1 its kind and words.
        __segctl_complete() {
          local -a known
          known=(${(s: :)1})
          case $known[1] in
            file | path) _files ;;
            folder) _files -/ ;;
            model)
              known=(${(f)"$("${words[1]}" completions models ${models:+--root} ${models:+$models} 2>/dev/null)"})
              compadd -- $known
              ;;
            choice) compadd -- $known[2,-1] ;;
            list)
              compset -P '*,'
              compadd -S '' -- $known[2,-1]
              ;;
            *) _message 'a value' ;;
          esac
        }

        _segctl() {
          local at="" word value="" models="" number=0 i
          local -a reply
          for ((i = 2; i < CURRENT; i++)); do
            word=${(Q)words[i]}
            if [[ $word == -* ]]; then
              value=$(__segctl_option_value "$at:$word")
              if [[ -n $value ]]; then
                if ((i + 1 == CURRENT)); then
                  break
                fi
                ((i++))
                if [[ $word == --root ]]; then
                  models=${${(Q)words[i]}/#\~/$HOME}
                fi
              fi
              value=""
            else
              __segctl_commands "$at"
              if ((${reply[(I)$word:*]})); then
                at=${at:+$at }$word
              else
                ((number++))
              fi
            fi
          done

          word=${words[CURRENT]}
          if [[ -z $value && $word == --*=* ]]; then
            value=$(__segctl_option_value "$at:${word%%=*}")
            if [[ -z $value ]]; then
              return 1
            fi
            compset -P '*='
          fi
          if [[ -n $value ]]; then
            __segctl_complete "$value"
            return
          fi
          if [[ $word == -* ]]; then
            __segctl_options "$at"
            _describe -o 'option' reply
            return
          fi
          __segctl_commands "$at"
          if ((${#reply})); then
            _describe 'command' reply
            return
          fi
          value=$(__segctl_argument_value "$at:$number")
          if [[ -n $value ]]; then
            __segctl_complete "$value"
          elif [[ -z $word ]]; then
            __segctl_options "$at"
            _describe -o 'option' reply
          fi
        }

        # Found in fpath this file is the body of _segctl, which is called; otherwise it is sourced.
        if [[ $funcstack[1] == _segctl ]]; then
          _segctl "$@"
        else
          compdef _segctl segctl
        fi

        """;

    private static string Described(string name, string description) => ShellScript.Quote($"{name}:{description}");
}
