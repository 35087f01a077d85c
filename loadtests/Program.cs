using System.CommandLine;
using Segmentation.LoadTests.Commands;
using Segmentation.Tests.Shared;

const int CannotRun = 2;

var parsed = new RootCommand("Measures this system, side by side with what it is compared to.")
{
    DecodeCommand.Create(),
    Sam2Command.Create(),
    EncodeCommand.Create(),
    EverythingTimeCommand.Create(),
    ClickCommand.Create(),
    StartupCommand.Create(),
    MemoryCommand.Create(),
    KillsCommand.Create(),
    StoreCommand.Create(),
    MixedCommand.Create(),
    GoodputCommand.Create(),
    UploadCommand.Create(),
    AllocationsCommand.Create(),
    QuotasCommand.Create(),
    SoakCommand.Create(),
    AttackCommand.Create(),
    RefusedCommand.Create(),
    GpuCommand.Create(),
    LargeProjectCommand.Create(),
    UnderRunCommand.Create(),
    PlanCommand.Create(),
    AllCommand.Create(),
}.Parse(args);
try
{
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (ProgramException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return CannotRun;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Cancelled.");
    return 1;
}
