namespace Segmentation.LoadTests.Planning;

/// <summary>Images that a silo keeps, least recently used out first.</summary>
/// <param name="capacity">Most images.</param>
internal sealed class HotSet(int capacity)
{
    private readonly Dictionary<long, LinkedListNode<long>> _nodes = [];
    private readonly LinkedList<long> _byUse = new();

    /// <summary>Images kept.</summary>
    public int Count => _nodes.Count;

    /// <summary>Looks for an image, which becomes the latest used.</summary>
    public bool Touch(long image)
    {
        if (!_nodes.TryGetValue(image, out var node))
        {
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return true;
    }

    /// <summary>Keeps an image.</summary>
    public void Add(long image)
    {
        if (capacity == 0 || Touch(image))
        {
            return;
        }

        if (_nodes.Count == capacity)
        {
            _nodes.Remove(_byUse.Last!.Value);
            _byUse.RemoveLast();
        }

        _nodes.Add(image, _byUse.AddFirst(image));
    }
}
