# Runs one container to its end and writes down what came of it. A process of its own, so that the
# container's exit code and output are kept though Berth is killed and started again meanwhile.
# $1 the instance's folder, $2 its console's, $3 runc, $4 runc's state, $5 the container
cd "$1" || exit 1
read -r stat < /proc/$$/stat && echo "$stat" > monitor.new && mv monitor.new monitor || exit 1
# What is told of an ended container is asked of what is written here; crun 1.8 knows no --keep.
case "$3" in
  *crun) keep= ;;
  *) keep=--keep ;;
esac
{
  # shellcheck disable=SC2086
  "$3" --root "$4" --log "$1/runc.log" --log-format json \
    run $keep --bundle "$1" --pid-file "$1/pid" "$5" </dev/null 2>&1
  echo $? > exit.new
} | {
  # Keeps the end of the output: at most three pieces of at most 512 KiB (see Console).
  cd "$2" || exit 1
  while dd bs=512 count=1024 of=0 2>/dev/null && [ -s 0 ]; do
    [ ! -e 1 ] || mv 1 2
    mv 0 1
  done
}
# Whoever hears of the end finds all that was printed before it.
mv exit.new exit
