namespace Segmentation.Architecture.Tests;

/// <summary>Arrows from each user to what it uses: folders of an assembly, or assemblies.</summary>
/// <param name="uses">Names, and the names that each uses directly. Every name that is used is a key.</param>
internal sealed class Arrows(IReadOnlyDictionary<string, SortedSet<string>> uses)
{
    private readonly Dictionary<string, HashSet<string>> _reached =
        uses.Keys.ToDictionary(name => name, name => Reached(name, uses));

    /// <summary>Groups of names that use each other, directly or through others, in alphabetical order.</summary>
    public IEnumerable<string[]> Circles() =>
        uses.Keys.Where(name => Reaches(name, name))
            .Select(name => uses.Keys.Where(other => Reaches(name, other) && Reaches(other, name)))
            .Select(circle => circle.Order(Names).ToArray())
            .DistinctBy(circle => circle[0]).OrderBy(circle => circle[0], Names);

    /// <summary>
    /// The arrows as text, a line for each user, top first. An arrow that follows from others is left out: A -> C,
    /// where A -> B and B -> C. The last line names those that use nothing.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        foreach (var user in uses.Keys.Where(user => uses[user].Count > 0)
            .OrderByDescending(user => _reached[user].Count).ThenBy(user => user, Names))
        {
            yield return $"{user} -> {string.Join(", ", uses[user].Where(used => !Follows(user, used)).Order(Names))}";
        }

        yield return $"nothing used: {string.Join(", ", uses.Keys.Where(user => uses[user].Count == 0).Order(Names))}";
    }

    private static Comparer<string> Names { get; } = Comparer<string>.Create((one, other) =>
        (one == "root", other == "root") switch
        {
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(one, other),
        });

    private bool Reaches(string user, string used) => _reached[user].Contains(used);

    /// <summary>
    /// True for an arrow whose end is reached over another name, too, that is in no circle with either.
    /// </summary>
    private bool Follows(string user, string used) =>
        uses[user].Any(over => Reaches(over, used) && !Reaches(used, over) && !Reaches(over, user));

    private static HashSet<string> Reached(string user, IReadOnlyDictionary<string, SortedSet<string>> uses)
    {
        HashSet<string> found = [];
        Stack<string> open = new(uses[user]);
        while (open.TryPop(out var used))
        {
            if (found.Add(used))
            {
                foreach (var next in uses[used])
                {
                    open.Push(next);
                }
            }
        }

        return found;
    }
}
