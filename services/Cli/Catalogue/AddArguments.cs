namespace Segmentation.Cli.Catalogue;

/// <summary>Arguments of <c>segctl models add</c>.</summary>
/// <param name="Paths">Files and folders.</param>
/// <param name="Root">The folder of models.</param>
/// <param name="Id">The model's id; null for one made of the files' names.</param>
/// <param name="Licence">SPDX expression of the weights' licence; null for what the files say.</param>
/// <param name="Source">Origin of the weights; null for the files' names.</param>
/// <param name="Version">Version of the weights; null for the beginning of the encoder's digest.</param>
internal sealed record AddArguments(
    IReadOnlyList<string> Paths, string Root, string? Id, string? Licence, string? Source, string? Version);
