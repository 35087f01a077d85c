using System.CommandLine;
using Segmentation.Cli;
using Segmentation.Cli.Commands;

return await CommandRunner.RunAsync(
    new RootCommand("segctl: promptable segmentation from the command line.")
    {
        SegmentCommand.Create(),
        EverythingCommand.Create(),
        EvaluateCommand.Create(),
        ModelsCommand.Create(),
        ProjectsCommand.Create(),
        KeysCommand.Create(),
        UsageCommand.Create(),
    },
    args).ConfigureAwait(false);
