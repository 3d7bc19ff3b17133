// Loaded before the service (`--import`): its modules are read while another worker is at work, and it starts when told so,
// with the settings that it is told.
const told = new Promise((resolve) => process.once('message', resolve));
await import(process.env.TEST_WARM_MODULE);
Object.assign(process.env, await told);
process.disconnect();
