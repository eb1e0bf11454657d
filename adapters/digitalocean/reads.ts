import type { Cloud } from '../../capabilities/ports/cloud.ts';
import type { Client } from './client.ts';
import * as modules from './modules.ts';
import { toAccount, toRegion, toSize } from './resources.ts';

export function readCalls({ context, safe, all }: Client): Pick<Cloud, 'account' | 'regions' | 'sizes'> {
  return {
    async account() {
      const { account } = await safe('account', () => modules.account.getAccount(context)());
      return toAccount(account);
    },
    regions: () => all('regions', 'regions', modules.region.listRegions(context), toRegion),
    sizes: () => all('sizes', 'sizes', modules.size.listSizes(context), toSize),
  };
}
