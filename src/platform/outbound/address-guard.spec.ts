import { isPublicAddress, targetProblem } from './address-guard.js';

const strict = { allowLoopback: false };

describe('row 17: addresses that the service never connects to', () => {
  it.each([
    '127.0.0.1',
    '127.8.9.10',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd00:ec2::254',
    'fec0::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    'not-an-address',
    '',
  ])('%s', (address) => expect(isPublicAddress(address, strict)).toBe(false));

  it.each(['8.8.8.8', '1.1.1.1', '114.114.114.114', '2606:4700:4700::1111', '2400:3200::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address, strict)).toBe(true),
  );

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'https://user:pw@example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'https://a.localhost./',
    'https://metadata.google.internal/',
    'https://intranet/',
    'https://example.com/#x',
    'file:///etc/passwd',
    'https://１２７.0.0.1/',
    'https://①②⑦.0.0.1/',
    'javascript:alert(1)',
    'https://',
  ])('%s is no target', (url) => expect(targetProblem(url, strict)).toBeDefined());

  it('lets loopback pass only where the switch says so, and nothing else then', () => {
    expect(isPublicAddress('127.0.0.1', { allowLoopback: true })).toBe(true);
    expect(isPublicAddress('::1', { allowLoopback: true })).toBe(true);
    expect(isPublicAddress('10.0.0.1', { allowLoopback: true })).toBe(false);
    expect(targetProblem('http://127.0.0.1:1/', { allowLoopback: true })).toBeUndefined();
    expect(targetProblem('https://hooks.example.com/x?y=1', strict)).toBeUndefined();
  });
});
