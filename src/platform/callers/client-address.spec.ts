import { addressGroup, clientAddress, subnetOf, TrustedProxies, UNKNOWN_ADDRESS } from './client-address.js';

describe('attack row 11: the client address cannot be chosen by the client', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.168.1.5', 'fd00::/8']);

  test('nobody trusted: the header is not read', () => {
    expect(clientAddress('203.0.113.9', '1.2.3.4', new TrustedProxies([]))).toBe('203.0.113.9');
  });

  test('a stranger who is no proxy cannot speak for others', () => {
    expect(clientAddress('203.0.113.9', '1.2.3.4, 10.0.0.1', proxies)).toBe('203.0.113.9');
  });

  test.each([
    ['one proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['two proxies', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['forged on the left', '10.0.0.1', '8.8.8.8, 203.0.113.9, 192.168.1.5', '203.0.113.9'],
    ['forged to look like a proxy', '10.0.0.1', '10.9.9.9, 203.0.113.9', '203.0.113.9'],
    ['many forged ones', '10.0.0.1', `${'7.7.7.7,'.repeat(500)}203.0.113.9`, '203.0.113.9'],
    ['with a port', '10.0.0.1', '203.0.113.9:51234', '203.0.113.9'],
    ['IPv6 in brackets', '10.0.0.1', '[2001:db8::7]:443', '2001:db8::7'],
    ['IPv4 in IPv6', '::ffff:10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['a client inside', '10.0.0.1', '10.0.0.7', '10.0.0.7'],
    ['no header behind a proxy', '10.0.0.1', undefined, '10.0.0.1'],
    ['an IPv6 proxy', 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
  ])('%s', (_name, peer, header, expected) => {
    expect(clientAddress(peer, header, proxies)).toBe(expected);
  });

  test.each(['unknown', '_hidden', 'localhost', '0x7f.1', '127.1', '999.1.1.1', '<script>', '1.2.3.4.5'])(
    'a proxy told %p: unknown, not skipped and not the proxy itself',
    (hop) => {
      expect(clientAddress('10.0.0.1', `8.8.8.8, ${hop}`, proxies)).toBe(UNKNOWN_ADDRESS);
    },
  );

  test('no peer: unknown', () => {
    expect(clientAddress(undefined, '1.2.3.4', proxies)).toBe(UNKNOWN_ADDRESS);
  });

  test('repeated headers count as one list', () => {
    expect(clientAddress('10.0.0.1', ['8.8.8.8', '203.0.113.9'], proxies)).toBe('203.0.113.9');
  });

  test('a bad entry stops the start', () => {
    expect(() => new TrustedProxies(['10.0.0.0/8', 'proxy.local'])).toThrow('proxy.local');
  });
});

describe('address blocks', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['::ffff:203.0.113.9', '203.0.113.9', '203.0.113.0/24'],
    ['unknown', 'unknown', 'unknown'],
    ['', 'unknown', 'unknown'],
  ])('%s', (ip, group, subnet) => {
    expect(addressGroup(ip)).toBe(group);
    expect(subnetOf(ip)).toBe(subnet);
  });
});
