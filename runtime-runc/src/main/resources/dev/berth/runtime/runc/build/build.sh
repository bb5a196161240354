# The first process of a builder's instance; what it is to do stands in the boot plan's variables.
# A fetch and a build are two instances of the same folder: a login is in the first one's plan only,
# and nothing that a repository brings runs there.
set -eu
umask 022
# By one pipe: the runtime copies two of them side by side, and a command's last words would come
# before what it printed earlier.
exec 2>&1

# An image of somebody else's, which may have no jq: this comes first and needs no program.
read -r all < /.berth/boot.json || :
case $all in
*'"DO":"features"'*) exec /bin/sh /workspace/features/run.sh ;;
esac

plan() { jq -r --arg name "$1" '.env[$name] // ""' /.berth/boot.json; }
as_user() { setpriv --reuid 33333 --regid 33333 --clear-groups --no-new-privs "$@"; }

# Whom the installation trusts, beside those whom everybody knows: git, curl and buildah ask these.
jq -r '.authorities // ""' /.berth/boot.json > /run/authorities.own
if [ -s /run/authorities.own ]; then
  cat /etc/ssl/certs/ca-certificates.crt /run/authorities.own > /run/authorities.pem
  export GIT_SSL_CAINFO=/run/authorities.pem CURL_CA_BUNDLE=/run/authorities.pem SSL_CERT_FILE=/run/authorities.pem
fi

fetch() {
  url=$(plan URL) commit=$(plan COMMIT) ref=$(plan REF) dockerfile=$(plan DOCKERFILE) context=$(plan CONTEXT)
  # By the environment: a command's words can be read by others of the machine.
  LOGIN_USER=$(plan LOGIN_USER) LOGIN_TOKEN=$(plan LOGIN_TOKEN) origin=$(plan LOGIN_ORIGIN)
  export LOGIN_USER LOGIN_TOKEN HOME=/tmp GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1
  cd /workspace
  echo "Fetching $commit"
  as_user git init --quiet --template= source
  # What is checked out are the commit's own bytes, whatever its .gitattributes say.
  as_user mkdir source/.git/info
  as_user sh -c 'echo "* -text -ident -filter -working-tree-encoding -export-ignore -export-subst" > source/.git/info/attributes'
  git() { as_user git -C source -c gc.auto=0 -c core.hooksPath=/dev/null \
    -c credential.helper= -c "credential.$origin.helper=!/bin/sh /.supervisor/login.sh" "$@"; }
  [ -n "$origin" ] || origin=https://nobody.invalid
  git fetch --quiet --no-tags --depth 1 -- "$url" "$commit" ||
    { [ -n "$ref" ] && git fetch --quiet --no-tags -- "$url" "$ref"; } ||
    git fetch --quiet --no-tags -- "$url" '+refs/heads/*:refs/fetched/*'
  git ls-tree -r -z --full-tree "$commit" > listing.new
  git cat-file blob "$commit:$dockerfile" > dockerfile 2>/dev/null || : > dockerfile
  git cat-file blob "$commit:$dockerfile.dockerignore" > ignore 2>/dev/null ||
    git cat-file blob "$commit:${context:+$context/}.dockerignore" > ignore 2>/dev/null || : > ignore
  number=0
  plan FEATURES | jq -r '.[]?' | while IFS= read -r folder; do
    git archive --format=tar --output="/workspace/feature.new" "$commit:$folder" &&
      mv feature.new "feature-$number" || :
    number=$((number + 1))
  done
  git -c advice.detachedHead=false checkout --quiet --detach "$commit"
  submodules "${context:-.}"
  rm -rf source/.git
  mv listing.new listing
}

# What lies in another repository and is seen by the build. Their commits are in the listing, so they name the image, too.
# Where not all can be had, the names of all files say which: each commit pins what is in those of its submodules.
submodules() {
  if git ls-tree -r --full-tree "$commit" -- "$1" | grep -q '^160000 '; then
    echo "Fetching submodules"
    git config remote.origin.url "$url" # what a submodule's relative address is relative to
    whole=yes
    git submodule --quiet update --init --recursive --depth 1 -- "$1" ||
      git submodule --quiet update --init --recursive -- "$1" ||
      whole=no
    find source -mindepth 2 -name .git -prune -exec rm -rf {} +
    if [ "$whole" = no ]; then
      echo "Note: not all submodules can be had; their folders are empty in this build"
      find source -path source/.git -prune -o -print0 | sort -z | sha256sum > missing
    fi
  fi
  if git grep -q 'filter=lfs' "$commit" -- '.gitattributes' '*/.gitattributes'; then
    echo "Note: what Git LFS keeps is not fetched; this build sees the pointers to it"
  fi
}

archives() {
  cd /workspace
  number=0
  plan ARCHIVES | jq -r '.[]' | while IFS= read -r address; do
    echo "Fetching $address"
    as_user curl --fail --silent --show-error --location --proto =https --proto-redir =https --max-redirs 5 \
      --max-time 120 --max-filesize "$(plan MOST_BYTES)" --output archive.new --url "$address" &&
      mv archive.new "archive-$number" || :
    number=$((number + 1))
  done
}

build() {
  cd /workspace
  mkdir -p /var/tmp storage
  storage="--storage-driver overlay --root /workspace/storage --runroot /run/storage"
  trust="--signature-policy /.supervisor/policy.json"
  export REGISTRIES_CONFIG_PATH=/.supervisor/registries.conf CONTAINERS_REGISTRIES_CONF=/.supervisor/registries.conf
  eval "set -- $(plan ARGUMENTS | jq -r '@sh')"
  cd source
  # shellcheck disable=SC2086  # words
  # Docker's format, since SHELL and others are ignored for the other one.
  buildah $storage build --isolation chroot --format docker $trust \
    --ignorefile /workspace/ignore --tag built "$@"
  echo "Handing over the image"
  # shellcheck disable=SC2086
  buildah $storage push --quiet --disable-compression --format oci $trust built oci:/workspace/image:built
}

"$(plan DO)"
