import {Client, Connection, type ConnectionOptions} from '@temporalio/client';

/** Where Temporal is. */
export interface Place {
  readonly address: string;
  readonly namespace: string;
  readonly options: ConnectionOptions;
}

/**
 * A client that fails at once, for who asks again anyway: a retry of the SDK's would outlive a closed connection, throw where nobody
 * catches it, and leave its call without an end. Throws if Temporal does not answer within 3 s.
 */
export async function connectOnce({address, namespace, options}: Place): Promise<Client> {
  const connection = await Connection.connect({...options, address, connectTimeout: '3s', interceptors: []});
  return new Client({connection, namespace});
}
