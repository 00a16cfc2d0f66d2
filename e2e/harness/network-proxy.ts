import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The network between the engineer's browser and the server; everybody else has one of their own. */
export type NetworkProxy = {
  port: number;
  /** Cuts every connection and refuses new ones, as when a laptop leaves the network. */
  cut: () => void;
  /** From now on what the browser says arrives, and no answer comes back: then the network is cut. */
  loseAnswers: () => void;
  mend: () => void;
  stop: () => Promise<void>;
};

/** Starts a way to `port` on loopback. */
export async function startNetworkProxy(port: number): Promise<NetworkProxy> {
  const open = new Set<Socket>();
  let state: 'whole' | 'deaf' | 'cut' = 'whole';
  const cut = (): void => {
    state = 'cut';
    for (const socket of open) socket.destroy();
  };
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => one.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      // The server has answered, so it has done what it was asked.
      if (state === 'deaf') cut();
      else near.write(bytes);
    });
  });
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    loseAnswers: () => void (state = 'deaf'),
    mend: () => void (state = 'whole'),
    async stop() {
      const closed = new Promise((done) => server.close(done));
      cut();
      await closed;
    },
  };
}
