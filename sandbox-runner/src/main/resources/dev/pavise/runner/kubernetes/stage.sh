# The first process of a pod that runs a tool. Takes the tool and its input from stdin, refuses what does not have the digest that it should
# have, says so in one line on stdout, and starts the tool when it is told to. Everything that differs from run to run comes by stdin.
#
#   header   one line: pavise-1 BYTES_OF_TOOL BYTES_OF_INPUT BYTES_OF_LAUNCH PROCESSES OPEN_FILES SHA256 INTERPRETER
#   then     the tool, its input, the line that launches it, one after the other
#   answer   "staged", or "refused" and a word
#   then     one line: go
set -eu
umask 077
exec 3>&2 2>/dev/null
stage=$1 scratch=$2 figures=$3

refuse() {
  echo "refused $1"
  exit 64
}

# Reads exactly so many bytes and not one more: first what does not fill a block, then blocks.
take() {
  : > "$2" || refuse space
  if [ $(($1 % 4096)) -gt 0 ]; then
    dd bs=$(($1 % 4096)) count=1 iflag=fullblock >> "$2" || refuse space
  fi
  if [ $(($1 / 4096)) -gt 0 ]; then
    dd bs=4096 count=$(($1 / 4096)) iflag=fullblock >> "$2" || refuse space
  fi
}

IFS=' ' read -r form tool input launch processes files digest interpreter || refuse delivery
[ "$form" = pavise-1 ] || refuse delivery
take "$tool" "$stage/tool"
take "$input" "$stage/input"
take "$launch" "$stage/launch"
[ "$(sha256sum < "$stage/tool")" = "$digest  -" ] || refuse digest
[ "$interpreter" = - ] || [ -x "$interpreter" ] || refuse interpreter
chmod 500 "$stage/tool" || refuse space
ulimit -c 0 && ulimit -n "$files" || refuse limits
# dash and busybox call it -p; bash calls it -u, and has a -p that cannot be set.
ulimit -p "$processes" || ulimit -u "$processes" || refuse limits
cd "$scratch" || refuse space
echo staged
read -r word && [ "$word" = go ] || exit 64

code=0
(. "$stage/launch") < "$stage/input" 2>&3 3>&- || code=$?
cpu=$(sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat) || cpu=
peak=$(cat /sys/fs/cgroup/memory.peak) || peak=
echo "cpu_usec=$cpu peak_bytes=$peak" > "$figures" || :
exit "$code"
