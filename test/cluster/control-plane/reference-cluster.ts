import { addCustomKinds } from '../kinds.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { sealedSecretsProgram, startSealedSecrets } from './sealed-secrets.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import { addVolumes } from './volumes.ts';

/** A cluster to which the reference environments can be delivered whole, as to a droplet with k3s. */
export interface ReferenceCluster {
  plane: ControlPlane;
  standIns: StandIns;
  stop(): Promise<void>;
}

/** The sealed-secrets controller starts when its chart is installed, as on a droplet: the key has to be there by then. */
export async function startReferenceCluster(): Promise<ReferenceCluster> {
  // Not in the middle of a delivery, which would wait for it.
  sealedSecretsProgram();
  const plane = await startControlPlane();
  let controller: Awaited<ReturnType<typeof startSealedSecrets>> | undefined;
  try {
    await addCustomKinds(plane);
    await addVolumes(plane);
    const standIns = startStandIns(plane, {
      'sealed-secrets': async () => {
        controller ??= await startSealedSecrets(plane);
      },
    });
    return {
      plane,
      standIns,
      async stop() {
        await standIns.stop();
        await controller?.stop();
        await plane.stop();
      },
    };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}
