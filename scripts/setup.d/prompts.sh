# What callers hear, spoken from the texts in asterisk/prompts in the formats of the telephone network.

step prompts "spoken prompts and music" packages
key_prompts() { fingerprint asterisk/prompts; }
make_prompts() { "$ROOT/asterisk/prompts/build" "$1"; }
