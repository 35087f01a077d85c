using System.Text;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>
/// The fields and elements that lead to a value, as violations name them: <c>prompts[3].points[0].x</c>.
/// </summary>
internal sealed class JsonPath
{
    private readonly Stack<(string? Name, int Index)> _steps = [];

    /// <summary>True at the message itself.</summary>
    public bool IsRoot => _steps.Count == 0;

    /// <summary>Goes into a field.</summary>
    public void Enter(string name) => _steps.Push((name, 0));

    /// <summary>Goes into an element.</summary>
    public void Enter(int index) => _steps.Push((null, index));

    /// <summary>Goes back.</summary>
    public void Leave() => _steps.Pop();

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _steps.Reverse())
        {
            _ = name is null ? text.Append($"[{index}]") : text.Append(text.Length > 0 ? "." : "").Append(name);
        }

        return text.ToString();
    }
}
