import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's service, as a server on this machine. */
export abstract class LocalServer {
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.receive(request, response, Buffer.concat(chunks)));
  });

  /** One request, with the whole of its body. */
  protected abstract receive(request: IncomingMessage, response: ServerResponse, body: Buffer): void;

  /** @returns its address, without a slash at the end */
  async open(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
