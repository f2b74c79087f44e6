# SPDX-License-Identifier: MIT
# bash completion for rstwatch

_rstwatch_slugs() {
	rstwatch explain 2>/dev/null | sed -n 's/^  \([a-z][a-z0-9-]*\) .*/\1/p'
}

_rstwatch() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local i words='' before=''

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W \
			'run analyze explain --help --version' -- "$cur")
		return
	fi
	# Behind -- it is the other command's line.
	for ((i = 2; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" = -- ] || continue
		declare -F _command_offset >/dev/null &&
			_command_offset $((i + 1))
		return
	done
	# --option=value: readline takes = for the end of a word, unless it was
	# taken out of COMP_WORDBREAKS.
	if [ "$cur" = = ]; then
		cur=
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $cur == --*=* ]]; then
		prev=${cur%%=*} before=$prev= cur=${cur#*=}
	fi
	case $prev in
	--cause)
		[[ $cur != *,* ]] || before+=${cur%,*},
		cur=${cur##*,} words=$(_rstwatch_slugs)
		;;
	--color) words='auto always never' ;;
	--format)
		words='text json html'
		[ "${COMP_WORDS[1]}" = run ] || words+=' prometheus'
		;;
	--log | --capture | --output | --annotate | --suppressions)
		mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "$cur")
		return
		;;
	*)
		case ${COMP_WORDS[1]}:$cur in
		explain:*)
			[ "$COMP_CWORD" -ne 2 ] || words=$(_rstwatch_slugs)
			;;
		run:-*) words='--log --capture --no-capture --all --format
			--output --error-exit-code --cause --suppressions --supervise
			--preload --help --' ;;
		analyze:-*) words='--format --all --output --annotate --cause
			--suppressions --color --progress --no-progress
			--help' ;;
		*)
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
			;;
		esac
		;;
	esac
	# No names of files: = and , stay as they are.
	compopt +o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "$cur")
}

complete -o filenames -F _rstwatch rstwatch
