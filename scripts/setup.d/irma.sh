# The real IRMA server (build/yivi), a headless wallet (build/wallet), and a scheme of our own that both read (build/scheme).

step yivi "the IRMA server" go
gives yivi yivi
key_yivi() { fingerprint scripts/setup.d/yivi scripts/setup.d/irma.sh; }
make_yivi() { go_build "$ROOT/scripts/setup.d/yivi" "$1/yivi" github.com/privacybydesign/irmago/yivi; }

step wallet "a wallet without a screen" go
gives wallet wallet
key_wallet() { fingerprint demo/wallet scripts/setup.d/irma.sh; }
make_wallet() { go_build "$ROOT/demo/wallet" "$1/wallet" .; }

step scheme "a signed IRMA scheme with keys of its own" yivi
key_scheme() { { fingerprint demo/scheme; key_yivi; } | sha256sum | cut -c1-12; }
make_scheme() { "$ROOT/demo/scheme/build" "$(item_path yivi)/yivi" "$1"; }
