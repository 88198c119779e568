import { basicAuth } from './basic-auth.ts';

export interface ClientAndSecret {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The access token that a server's token endpoint at `path` issues to a client. Fails where it issues none. */
export async function tokenFrom(
  { address }: { readonly address: string },
  path: string,
  { clientId, clientSecret }: ClientAndSecret,
): Promise<string> {
  const answer = await fetch(`${address}${path}?grant_type=client_credentials`, {
    method: 'POST',
    headers: {
      authorization: basicAuth(clientId, clientSecret),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text).access_token;
}
