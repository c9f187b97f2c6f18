import {setTimeout as sleep} from 'node:timers/promises';
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';
import {reasonOf} from './login-refused.ts';
import type {OidcSettings} from './oidc-settings.ts';

/** Why a provider cannot be used now. */
export class ProviderDown extends Error {
  override readonly name = 'ProviderDown';
}

const TIMEOUT_SECONDS = 10;
const HOUR_MS = 3_600_000;
/** Waits before the second and the third try. */
const RETRY_MS = [250, 1000];
/** After a failure, that long no further try is made: each click would cause one. */
const PAUSE_MS = 5000;

/** The provider's metadata: read at first use, and again each hour. A provider that does not answer is asked again by the next login. */
export class Discovery {
  readonly #settings: OidcSettings;
  #read: {readonly server: ServerMetadata; readonly atMs: number} | undefined;
  #failed: {readonly error: ProviderDown; readonly atMs: number} | undefined;
  #reading: Promise<ServerMetadata> | undefined;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  /**
   * Returns the configuration of one login. It has no keys yet, so that each login reads the provider's present ones and a rotation is noticed at once. Throws a
   * `ProviderDown`.
   */
  async configuration(nowMs: number): Promise<Configuration> {
    const server = await this.#server(nowMs);
    const config = new Configuration({...server}, this.#settings.clientId, {}, this.#clientAuth(server));
    config.timeout = TIMEOUT_SECONDS;
    if (this.#isInsecure) allowInsecureRequests(config);
    enableNonRepudiationChecks(config);
    return config;
  }

  async #server(nowMs: number): Promise<ServerMetadata> {
    if (this.#read !== undefined && nowMs < this.#read.atMs + HOUR_MS) return this.#read.server;
    if (this.#failed !== undefined && nowMs < this.#failed.atMs + PAUSE_MS) throw this.#failed.error;
    this.#reading ??= this.#readServer(nowMs).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readServer(nowMs: number): Promise<ServerMetadata> {
    try {
      const server = await this.#discover(0);
      this.#read = {server, atMs: nowMs};
      this.#failed = undefined;
      return server;
    } catch (error) {
      const {href} = this.#settings.issuer;
      const down = new ProviderDown(`The login provider ${href} cannot be used: ${reasonOf(error)}.`, {cause: error});
      this.#failed = {error: down, atMs: Date.now()};
      throw down;
    }
  }

  async #discover(tried: number): Promise<ServerMetadata> {
    const {issuer, clientId} = this.#settings;
    try {
      const execute = this.#isInsecure ? [allowInsecureRequests] : [];
      const found = await discovery(issuer, clientId, {}, None(), {timeout: TIMEOUT_SECONDS, execute});
      return found.serverMetadata();
    } catch (error) {
      const wait = RETRY_MS[tried];
      if (wait === undefined) throw error;
      await sleep(wait);
      return this.#discover(tried + 1);
    }
  }

  #clientAuth({token_endpoint_auth_methods_supported: methods}: ServerMetadata): ClientAuth {
    const {clientSecret} = this.#settings;
    if (clientSecret === undefined) return None();
    // Without a list, Basic is the standard's default.
    const isBasic = methods === undefined || methods.includes('client_secret_basic');
    return isBasic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
  }

  get #isInsecure(): boolean {
    return this.#settings.issuer.protocol === 'http:';
  }
}
