using System.CommandLine;

namespace Segmentation.Cli;

/// <summary>The command line of <c>segctl</c>.</summary>
internal static class SegctlCommand
{
    /// <summary>Makes the parser of all commands.</summary>
    public static RootCommand Create() => new("segctl: promptable segmentation from the command line.")
    {
        SegmentCommand.Create(),
        EverythingCommand.Create(),
        EvaluateCommand.Create(),
        ModelsCommand.Create(),
        ProjectsCommand.Create(),
        KeysCommand.Create(),
        UsageCommand.Create(),
        DoctorCommand.Create(),
        CompletionsCommand.Create(),
    };
}
