# Answers git's question for a login, at the one host for which it is configured.
[ "$1" = get ] && [ -n "$LOGIN_USER" ] || exit 0
printf 'username=%s\npassword=%s\n' "$LOGIN_USER" "$LOGIN_TOKEN"
