namespace Segmentation.LoadTests.Attack;

/// <summary>All attacks, by what they are after.</summary>
internal static class AttackList
{
    /// <summary>Attacks that the short form leaves out: those that it has are of the same kinds.</summary>
    private static readonly HashSet<string> _onlyInFull =
    [
        "webp-few-frames", "png-chunks", "jpeg-segments", "webp-announces", "png-text-bomb", "prompts-plain",
        "json-nested", "headers-unfinished", "http2-settings", "http2-ping", "http2-huge-headers",
    ];

    /// <summary>Names of all.</summary>
    public static string[] Names { get; } = [.. Of(new AttackSize(IsShort: false, 1)).Select(attack => attack.Name)];

    /// <summary>
    /// All of a size, those of the encoder first: what they leave behind is seen in the uploads after them.
    /// </summary>
    /// <param name="size">How large they are.</param>
    public static IReadOnlyList<IAttack> Of(AttackSize size) =>
        [.. FileAttacks.Of(size), .. MessageAttacks.Of(size), .. ConnectionAttacks.Of(size), .. WorkAttacks.Of(size)];

    /// <summary>Those that are run.</summary>
    /// <param name="size">How large they are.</param>
    /// <param name="names">Their names; empty for all that the size has.</param>
    public static IReadOnlyList<IAttack> Chosen(AttackSize size, IReadOnlyCollection<string> names) =>
    [
        .. Of(size).Where(attack => names.Count > 0
            ? names.Contains(attack.Name)
            : !size.IsShort || !_onlyInFull.Contains(attack.Name)),
    ];
}
