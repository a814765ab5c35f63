"""Single sign-on by OpenID Connect: the code flow with PKCE, state and nonce."""
