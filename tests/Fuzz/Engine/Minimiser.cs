namespace Segmentation.Fuzz.Engine;

/// <summary>Takes out of an input what it does not need to go wrong at the same place.</summary>
internal static class Minimiser
{
    private const int MostRuns = 2000;

    /// <summary>Cuts blocks out, halves first.</summary>
    /// <param name="input">An input that goes wrong.</param>
    /// <param name="isSame">Tells that a shorter one goes wrong at the same place.</param>
    public static byte[] Shorten(byte[] input, Func<byte[], bool> isSame)
    {
        var runs = 0;
        for (var block = Math.Max(1, input.Length / 2); ; block /= 2)
        {
            for (var at = 0; at + block <= input.Length && runs < MostRuns;)
            {
                byte[] shorter = [.. input[..at], .. input[(at + block)..]];
                runs++;
                if (isSame(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += block;
                }
            }

            if (block <= 1 || runs >= MostRuns)
            {
                return input;
            }
        }
    }
}
