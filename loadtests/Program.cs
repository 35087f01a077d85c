using System.CommandLine;
using Segmentation.LoadTests;

return await new RootCommand("Measures this system, side by side with what it is compared to.")
{
    DecodeCommand.Create(),
    EncodeCommand.Create(),
    EverythingCommand.Create(),
    ClickCommand.Create(),
    StartupCommand.Create(),
    MemoryCommand.Create(),
    KillsCommand.Create(),
    StoreCommand.Create(),
    MixedCommand.Create(),
    UploadCommand.Create(),
    AllocationsCommand.Create(),
    SoakCommand.Create(),
    AllCommand.Create(),
}.Parse(args).InvokeAsync().ConfigureAwait(false);
