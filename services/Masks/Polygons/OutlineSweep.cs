using System.Runtime.InteropServices;

namespace Segmentation.Masks.Polygons;

/// <summary>
/// Finds the corners of a mask's outlines and joins each to the next by a sweep over the lines between neighbouring
/// columns, each from top to bottom. Vertical edges run where one column is inside and the other is outside; horizontal
/// edges cross the line where both columns change in the same way; every other change is a corner.
/// </summary>
internal sealed class OutlineSweep
{
    private const int None = -1;
    private const int ColumnsBetweenChecks = 16;

    private readonly List<Corner> _corners = [];
    private readonly List<int> _touches = [];
    private readonly List<int> _leftEdges = [];
    private readonly List<int> _rightEdges = [];

    /// <summary>For each edge of the left column, the corner where that horizontal edge began.</summary>
    private readonly List<int> _leftOpen = [];
    private readonly List<int> _rightOpen = [];

    /// <param name="mask">The mask.</param>
    /// <param name="yieldPoint">Checked every 16 columns.</param>
    public OutlineSweep(RunLengths mask, YieldPoint yieldPoint)
    {
        var columns = new ColumnRuns(mask);
        for (var x = 0; x <= mask.Width; x++)
        {
            if (x % ColumnsBetweenChecks == 0)
            {
                yieldPoint.Check();
            }

            if (x < mask.Width)
            {
                columns.Next(_rightEdges);
            }
            else
            {
                _rightEdges.Clear();
            }

            _rightOpen.Clear();
            SweepLine(x);
            (_leftEdges, _rightEdges) = (_rightEdges, _leftEdges);
            (_leftOpen, _rightOpen) = (_rightOpen, _leftOpen);
        }
    }

    /// <summary>
    /// All corners, by x and then y. Following Next goes around the outline, the mask to the right of the way.
    /// </summary>
    public List<Corner> Corners => _corners;

    /// <summary>Corners that lie at the same place as the one after them: two pixels touch there.</summary>
    public List<int> Touches => _touches;

    private void SweepLine(int x)
    {
        int left = 0, right = 0;
        var above = None;
        while (left < _leftEdges.Count || right < _rightEdges.Count)
        {
            var leftY = left < _leftEdges.Count ? _leftEdges[left] : int.MaxValue;
            var rightY = right < _rightEdges.Count ? _rightEdges[right] : int.MaxValue;
            // Edges alternate between begin and end, so an odd number of them passed means inside.
            var (leftInside, rightInside) = ((left & 1) != 0, (right & 1) != 0);
            if (leftY == rightY && leftInside == rightInside)
            {
                _rightOpen.Add(_leftOpen[left++]);
                right++;
            }
            else if (leftY == rightY)
            {
                // Two pixels touch at a corner. Each outline turns around its own pixel: the one above ends the
                // vertical edge from above and takes the horizontal edge on its own side.
                var upper = AddCorner(x, leftY);
                var lower = AddCorner(x, leftY);
                _touches.Add(upper);
                JoinVertical(above, upper, leftInside);
                JoinHorizontal(_leftOpen[left], leftInside ? upper : lower, begins: !leftInside);
                _rightOpen.Add(leftInside ? lower : upper);
                above = lower;
                left++;
                right++;
            }
            else
            {
                // Where the mask ends in the right column alone, a hole may begin: above lies the stretch that ends.
                var mask = rightY < leftY && rightInside ? _rightOpen[right - 1] : None;
                var corner = AddCorner(x, Math.Min(leftY, rightY), mask);
                if (above != None)
                {
                    JoinVertical(above, corner, leftInside);
                }

                above = above == None ? corner : None;

                if (leftY < rightY)
                {
                    JoinHorizontal(_leftOpen[left++], corner, begins: !leftInside);
                }
                else
                {
                    _rightOpen.Add(corner);
                    right++;
                }
            }
        }
    }

    private int AddCorner(int x, int y, int above = None)
    {
        _corners.Add(new(x, y, None, above));
        return _corners.Count - 1;
    }

    /// <summary>The mask lies to the right of the way: down a right edge, up a left edge.</summary>
    private void JoinVertical(int upper, int lower, bool leftInside) =>
        Join(leftInside ? upper : lower, leftInside ? lower : upper);

    /// <summary>Rightwards where the mask begins below the edge, leftwards where it ends above it.</summary>
    private void JoinHorizontal(int left, int right, bool begins) => Join(begins ? left : right, begins ? right : left);

    private void Join(int from, int to) => CollectionsMarshal.AsSpan(_corners)[from].Next = to;

    /// <summary>A corner.</summary>
    /// <param name="X">Column of the pixel to the right.</param>
    /// <param name="Y">Row of the pixel below.</param>
    /// <param name="Next">The index of the corner after it.</param>
    /// <param name="Above">
    /// Where a hole may begin, a corner of the mask that lies above; everywhere else -1, where an outer ring may begin.
    /// </param>
    public record struct Corner(int X, int Y, int Next, int Above);
}
