using Segmentation.Cli;
using Segmentation.Cli.Commands;

return await CommandRunner.RunAsync(SegctlCommand.Create(), args).ConfigureAwait(false);
