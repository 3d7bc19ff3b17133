import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigSection, IsPeriod, Secret } from './config-section.js';
import { ConfigError, environmentName, loadConfig } from './load-config.js';
import { unknownSettings } from './unknown-settings.js';

@ConfigSection('kettle')
class KettleConfig {
  @IsPeriod()
  coolingOff: string = 'P7D';

  @IsInt()
  @Min(1)
  @Max(9)
  cups: number = 4;

  @IsBoolean()
  loud: boolean = false;

  @IsString({ each: true })
  teas: string[] = ['green'];

  @Secret()
  @IsOptional()
  @IsString()
  key?: string = undefined;
}

/** A config folder with one file. */
const folder = (yaml: string): string => {
  const dir = mkdtempSync(join(tmpdir(), 'account-lifecycle-config-'));
  writeFileSync(join(dir, 'defaults.yaml'), yaml);
  return dir;
};
const kettle = (yaml: string, env: Record<string, string> = {}): KettleConfig =>
  loadConfig(env, folder(yaml)).get(KettleConfig) as KettleConfig;
const problems = (yaml: string, env: Record<string, string> = {}): readonly string[] => {
  try {
    loadConfig(env, folder(yaml));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

it('names environment variables after section and property', () =>
  expect(environmentName('deregistration', 'coolingOff')).toBe('DEREGISTRATION_COOLING_OFF'));

it('takes the class default, then the file, then the environment', () => {
  expect(kettle('kettle: {}').coolingOff).toBe('P7D');
  expect(kettle('kettle: {coolingOff: P3D}').coolingOff).toBe('P3D');
  expect(kettle('kettle: {coolingOff: P3D}', { KETTLE_COOLING_OFF: 'PT2S' }).coolingOff).toBe('PT2S');
});

it('reads numbers, booleans and lists from the environment as what they are', () => {
  const config = kettle('kettle: {}', { KETTLE_CUPS: '7', KETTLE_LOUD: 'false', KETTLE_TEAS: '[black, white]' });
  expect(config).toMatchObject({ cups: 7, loud: false, teas: ['black', 'white'] });
  expect(kettle('kettle: {}', { KETTLE_LOUD: 'true' }).loud).toBe(true);
});

it('lists every problem at once', () => {
  const found = problems('kettle: {coolingOff: soon, cups: 12, lid: true}\npot: {}');
  expect(found.join('\n')).toMatch(/pot/);
  expect(found.join('\n')).toMatch(/kettle\.coolingOff/);
  expect(found.join('\n')).toMatch(/kettle\.cups/);
  expect(found.join('\n')).toMatch(/lid/);
});

it('refuses a secret in a file in production, takes it from the environment or a mounted file', () => {
  expect(problems('kettle: {key: abc}', { NODE_ENV: 'production' }).join()).toMatch(
    /kettle\.key: a secret may not stand in a file/,
  );
  expect(kettle('kettle: {}', { NODE_ENV: 'production', KETTLE_KEY: 'abc' }).key).toBe('abc');
  const mounted = join(folder(''), 'secret');
  writeFileSync(mounted, 'from-file\n');
  expect(kettle('kettle: {}', { KETTLE_KEY_FILE: mounted }).key).toBe('from-file');
});

it('tells settings that nothing reads, with what was probably meant; other programs have their own', () => {
  const env = {
    KETTLE_COOLING_OFF: 'P1D',
    KETTLE_KEY: 'abc',
    KETTLE_KEY_FILE: '/run/key',
    KETTLE_COLING_OFF: 'P1D',
    KETTLE_CUSP: '3',
    KETTLE_PORT_6379_TCP: 'tcp://10.0.0.1:6379',
    KETTLES: '1',
    PATH: '/bin',
  };
  expect(unknownSettings(env)).toEqual([
    { name: 'KETTLE_COLING_OFF', meant: 'KETTLE_COOLING_OFF' },
    { name: 'KETTLE_CUSP', meant: 'KETTLE_CUPS' },
    { name: 'KETTLE_PORT_6379_TCP' },
  ]);
});

it('is frozen once loaded', () => expect(Object.isFrozen(kettle('kettle: {}'))).toBe(true));
