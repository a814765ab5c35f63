// A certified OpenID provider on loopback, for the tests of single sign-on: node provider.js PORT REDIRECT_URI
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const roles = { mia: ["bellen-beheer", "iets-anders"], anna: ["bellen-agent"], gast: ["iets-anders"] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "veilig-bellen", client_secret: "a-secret-of-the-tests", redirect_uris: [redirect],
    token_endpoint_auth_method: "client_secret_post",
  }],
  claims: { openid: ["sub", "roles"], profile: ["name", "preferred_username"] },
  conformIdTokenClaims: false, // claims stand in the ID token, as Entra ID and Keycloak do it
  pkce: { required: () => true },
  cookies: { keys: ["a key of the tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, roles: roles[id], name: `${id} van Voorbeeld`, preferred_username: id }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
