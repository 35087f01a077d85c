namespace Segmentation.Cli.Completions;

/// <summary>The script for bash 4 and later.</summary>
internal static class BashScript
{
    /// <summary>Writes the script of a table.</summary>
    public static string Of(CommandEntry root) => $$"""
        # Completions of segctl for bash 4 and later: source <(segctl completions bash)

        # What can be written behind a command: commands below it, then options.
        __segctl_commands() {
          case $1 in
        {{ShellScript.Lines(4, root.All.Where(one => one.Commands.Count > 0).Select(one =>
            $"'{one.Path}') echo '{string.Join(' ', one.Commands.Select(sub => sub.Name))}' ;;"))}}
          esac
        }

        __segctl_options() {
          case $1 in
        {{ShellScript.Lines(4, root.All.Select(one =>
            $"'{one.Path}') echo '{string.Join(' ', one.Options.SelectMany(option => option.Names))}' ;;"))}}
          esac
        }

        {{ShellScript.ValueFunctions(root)}}

        # The line's words before the cursor. COMP_WORDS has addresses and --option=value in pieces.
        __segctl_words() {
          local rest=${COMP_LINE:0:COMP_POINT} i word apart
          words=()
          for ((i = 0; i <= COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            apart=${rest%%[![:space:]]*}
            rest=${rest#"$apart"}
            if ((i == COMP_CWORD)); then
              word=$rest
            fi
            rest=${rest#"$word"}
            if [[ -n $apart || ${#words[@]} -eq 0 ]]; then
              words+=("$word")
            else
              words[${#words[@]} - 1]+=$word
            fi
          done
        }

        # Fills COMPREPLY with completions of a value. $1: the kind of value and its words; $2: the part that is typed.
        __segctl_complete() {
          local kind=${1%% *} known=${1#* } written=$2 kept=""
          case $kind in
            file | path)
              compopt -o filenames 2>/dev/null
              mapfile -t COMPREPLY < <(compgen -f -- "$written")
              ;;
            folder)
              compopt -o filenames 2>/dev/null
              mapfile -t COMPREPLY < <(compgen -d -- "$written")
              ;;
            model)
              known=$("${words[0]}" completions models ${root:+--root "$root"} 2>/dev/null)
              mapfile -t COMPREPLY < <(compgen -W "$known" -- "$written")
              ;;
            choice) mapfile -t COMPREPLY < <(compgen -W "$known" -- "$written") ;;
            list)
              compopt -o nospace 2>/dev/null
              if [[ $written == *,* ]]; then
                kept=${written%,*},
              fi
              mapfile -t COMPREPLY < <(compgen -P "$kept" -W "$known" -- "${written##*,}")
              ;;
          esac
        }

        _segctl() {
          local words at="" word value root="" number=0 i last strip="" written
          __segctl_words
          last=$((${#words[@]} - 1))
          written=${words[last]}
          COMPREPLY=()
          for ((i = 1; i < last; i++)); do
            word=${words[i]}
            if [[ $word == -* ]]; then
              value=$(__segctl_option_value "$at:$word")
              if [[ -n $value ]]; then
                if ((i + 1 == last)); then
                  break
                fi
                i=$((i + 1))
                if [[ $word == --root ]]; then
                  root=${words[i]/#\~/$HOME}
                fi
              fi
              value=""
            elif [[ " $(__segctl_commands "$at") " == *" $word "* ]]; then
              at=${at:+$at }$word
            else
              number=$((number + 1))
            fi
          done

          if [[ -z $value && $written == --*=* ]]; then
            strip=${written%%=*}=
            value=$(__segctl_option_value "$at:${strip%=}")
            written=${written#*=}
            if [[ -z $value ]]; then
              return
            fi
          fi
          if [[ -n $value ]]; then
            written=${written#[\"\']}
            __segctl_complete "$value" "${written//\\ / }"
          elif [[ $written == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$(__segctl_options "$at")" -- "$written")
          else
            value=$(__segctl_commands "$at")
            if [[ -n $value ]]; then
              mapfile -t COMPREPLY < <(compgen -W "$value" -- "$written")
              return
            fi
            written=${written#[\"\']}
            value=$(__segctl_argument_value "$at:$number")
            if [[ -n $value ]]; then
              __segctl_complete "$value" "${written//\\ / }"
            elif [[ -z $written ]]; then
              mapfile -t COMPREPLY < <(compgen -W "$(__segctl_options "$at")")
            fi
          fi

          # Readline replaces what follows the last = or : only, where these end words.
          if [[ -n $strip && $COMP_WORDBREAKS != *=* ]]; then
            COMPREPLY=("${COMPREPLY[@]/#/$strip}")
          elif [[ $written == *:* && $COMP_WORDBREAKS == *:* ]]; then
            strip=${written%"${written##*:}"}
            COMPREPLY=("${COMPREPLY[@]#"$strip"}")
          fi
        }

        complete -F _segctl segctl

        """;
}
