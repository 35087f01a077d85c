namespace Segmentation.Tests.Shared;

/// <summary>A program is not on this machine's path.</summary>
/// <param name="program">Its name.</param>
/// <param name="remedy">A sentence that says how to get it.</param>
internal sealed class MissingProgramException(string program, string remedy)
    : ProgramException($"There is no {program} on this machine's path. {remedy}");
