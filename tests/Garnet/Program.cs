// Garnet as a process that tests start, kill and start again: the library, with the command line of its own server.
// It says "Ready to accept connections" when it does, and ends at SIGTERM.
using System.Runtime.InteropServices;
using Garnet;

using var ended = new ManualResetEventSlim();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    ended.Set();
});
using var server = new GarnetServer(args);
server.Start();
ended.Wait();
