/** What the cloud offers: a few sizes, regions and images, with figures as the price list has them. */
export interface Catalogue {
  regions: { slug: string; name: string; available: boolean; features: string[] }[];
  sizes: {
    slug: string;
    memory: number;
    vcpus: number;
    disk: number;
    transfer: number;
    price_monthly: number;
    available: boolean;
    regions: string[];
    description: string;
  }[];
  images: { id: number; slug: string; name: string; distribution: string; min_disk_size: number }[];
}

export function catalogue(): Catalogue {
  const everywhere = ['fra1', 'nyc1', 'nyc3', 'sgp1'];
  const features = ['backups', 'ipv6', 'metadata', 'install_agent', 'storage', 'image_transfer'];
  const region = (slug: string, name: string, available = true, without: string[] = []) => ({
    slug,
    name,
    available,
    features: features.filter((each) => !without.includes(each)),
  });
  const size = (
    slug: string,
    memory: number,
    vcpus: number,
    disk: number,
    price_monthly: number,
    regions = everywhere,
  ) => ({
    slug,
    memory,
    vcpus,
    disk,
    transfer: 4,
    price_monthly,
    available: true,
    regions,
    description: 'Basic',
  });
  return {
    regions: [
      region('fra1', 'Frankfurt 1'),
      region('nyc1', 'New York 1', false),
      region('nyc3', 'New York 3'),
      region('sgp1', 'Singapore 1', true, ['storage']),
    ],
    sizes: [
      size('s-1vcpu-1gb', 1024, 1, 25, 6),
      size('s-2vcpu-2gb', 2048, 2, 60, 18),
      size('s-2vcpu-4gb', 4096, 2, 80, 24),
      size('s-4vcpu-8gb', 8192, 4, 160, 48),
      size('s-2vcpu-4gb-amd', 4096, 2, 80, 28, ['nyc3']),
    ],
    images: [
      {
        id: 155_133_621,
        slug: 'ubuntu-24-04-x64',
        name: '24.04 (LTS) x64',
        distribution: 'Ubuntu',
        min_disk_size: 7,
      },
      {
        id: 112_929_454,
        slug: 'ubuntu-22-04-x64',
        name: '22.04 (LTS) x64',
        distribution: 'Ubuntu',
        min_disk_size: 7,
      },
    ],
  };
}
