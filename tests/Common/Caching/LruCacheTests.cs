using CsCheck;
using Segmentation.Common.Caching;

namespace Segmentation.Common.Tests.Caching;

public sealed class LruCacheTests
{
    private enum Step
    {
        Get,
        Set,
        Remove,
    }

    /// <summary>Any sequence of operations gives what a list searched from end to end would.</summary>
    [Fact]
    public void AnySequence_AgainstAPlainList_IsTheSame()
    {
        var steps = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 5], Gen.Int[0, 12]).Array[0, 60];
        Gen.Select(Gen.Long[0, 25], steps).Sample((capacity, sequence) =>
        {
            var left = new List<int>();
            var cache = new LruCache<int, int>(capacity) { Left = left.Add };
            var plain = new List<(int Key, int Size)>();
            foreach (var (step, key, size) in sequence)
            {
                Apply(cache, plain, step, key, size);
                Assert.Equal(plain.Sum(e => e.Size), cache.SizeBytes);
                Assert.Equal(plain.Count, cache.Count);
                Assert.True(cache.SizeBytes <= capacity);
                Assert.DoesNotContain(left, k => step != Step.Set && step != Step.Remove);
                left.Clear();
            }
        });
    }

    [Fact]
    public void Set_SizesThatWouldOverflow_AreBounded()
    {
        var cache = new LruCache<int, int>(long.MaxValue);
        Assert.True(cache.Set(1, 1, long.MaxValue));
        Assert.True(cache.Set(2, 2, long.MaxValue));
        Assert.Equal(long.MaxValue, cache.SizeBytes);
        Assert.Equal(1, cache.Count);
    }

    /// <summary>As above, where the first keys are one tenant's, the next another's, and so on.</summary>
    [Fact]
    public void AnySequence_OfSeveralOwners_TheOneWhoHoldsMostGivesUp()
    {
        var steps = Gen.Select(Gen.Int[0, 8], Gen.Int[1, 4], Gen.Bool).Array[0, 60];
        Gen.Select(Gen.Long[4, 20], steps).Sample((capacity, sequence) =>
        {
            var cache = new LruCache<int, int>(capacity) { OwnerOf = OwnerOf };
            var plain = new List<(int Key, int Size)>();
            foreach (var (key, size, isGet) in sequence)
            {
                if (isGet)
                {
                    Apply(cache, plain, Step.Get, key, size);
                    continue;
                }

                plain.RemoveAll(e => e.Key == key);
                while (plain.Sum(e => e.Size) + size > capacity)
                {
                    long Holds(string owner) =>
                        plain.Where(e => OwnerOf(e.Key) == owner).Sum(e => e.Size) + (OwnerOf(key) == owner ? size : 0);
                    var most = plain.Select(e => OwnerOf(e.Key)).Distinct()
                        .OrderByDescending(Holds).ThenBy(o => o != OwnerOf(key)).ThenByDescending(o => o).First();
                    plain.RemoveAt(plain.FindLastIndex(e => OwnerOf(e.Key) == most));
                }

                plain.Insert(0, (key, size));
                Assert.True(cache.Set(key, size, size));
                Assert.Equal(plain.Select(e => e.Key), cache.Recent.Select(e => e.Key));
            }
        });

        static string OwnerOf(int key) => $"tenant {key / 3}";
    }

    [Fact]
    public void Set_ASmallOwnerBesideALargeOne_KeepsWhatItHas()
    {
        var cache = new LruCache<string, int>(10) { OwnerOf = key => key[..1] };
        cache.Set("a1", 1, 1);
        cache.Set("a2", 2, 1);
        for (var i = 0; i < 100; i++)
        {
            cache.Set($"b{i}", i, 1);
        }

        Assert.True(cache.TryGet("a1", out _));
        Assert.True(cache.TryGet("a2", out _));
        Assert.True(cache.TryGet("b92", out _));
        Assert.False(cache.TryGet("b91", out _));
        Assert.Equal(10, cache.Count);
    }

    private static void Apply(LruCache<int, int> cache, List<(int Key, int Size)> plain, Step step, int key, int size)
    {
        var index = plain.FindIndex(e => e.Key == key);
        switch (step)
        {
            case Step.Get:
                Assert.Equal(index >= 0, cache.TryGet(key, out var value));
                if (index >= 0)
                {
                    Assert.Equal(plain[index].Size, value);
                    plain.Insert(0, plain[index]);
                    plain.RemoveAt(index + 1);
                }

                break;
            case Step.Set:
                plain.RemoveAll(e => e.Key == key);
                Assert.Equal(size <= cache.CapacityBytes, cache.Set(key, size, size));
                if (size <= cache.CapacityBytes)
                {
                    while (plain.Sum(e => e.Size) + size > cache.CapacityBytes)
                    {
                        plain.RemoveAt(plain.Count - 1);
                    }

                    plain.Insert(0, (key, size));
                }

                break;
            default:
                Assert.Equal(index >= 0, cache.Remove(key));
                plain.RemoveAll(e => e.Key == key);
                break;
        }
    }
}
