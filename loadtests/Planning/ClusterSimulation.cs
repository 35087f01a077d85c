using Segmentation.LoadTests.Planning.Queueing;

namespace Segmentation.LoadTests.Planning;

/// <summary>
/// The system as stations: gateways, encoders, Redis, silos with decode workers and hot images. An image has a
/// favourite silo by hash, and others come first where that one has more than its share of work, as in the gateway's
/// SiloSelector.
/// </summary>
internal sealed class ClusterSimulation
{
    /// <summary>SiloSelector's multiple of its share of the load from which on a silo is passed over.</summary>
    private const double MaxShare = 1.25;

    /// <summary>SiloSelector's requests a worker that are never too many.</summary>
    private const int AlwaysAllowed = 2;

    private readonly EventClock _clock;
    private readonly ICores _cores;
    private readonly Random _random;
    private readonly ServiceTimes _times;
    private readonly Machines _machines;
    private readonly Station[] _gateways;
    private readonly BatchStation[] _encoders;
    private readonly Station[] _redis;
    private readonly Station[] _silos;
    private readonly HotSet[] _hot;
    private readonly Dictionary<(int Silo, long Image), List<Action>> _preparing = [];
    private readonly List<double> _clicks = [];
    private readonly List<double> _uploads = [];
    private double _countFrom;
    private int _siloRequests;
    private int _cold;

    /// <param name="clock">The simulation's time.</param>
    /// <param name="times">Service times.</param>
    /// <param name="machines">The machines.</param>
    /// <param name="random">Chance of service times.</param>
    /// <param name="sharedCores">Cores of one machine on which everything runs; null: each process has its own.</param>
    public ClusterSimulation(
        EventClock clock, ServiceTimes times, Machines machines, Random random, int? sharedCores = null)
    {
        (_clock, _times, _machines, _random) = (clock, times, machines, random);
        _cores = sharedCores is { } count ? new SharedCores(clock, count) : new OwnCores(clock);
        Station Of(int servers) => new(clock, _cores, servers);
        _gateways = [.. Enumerable.Range(0, machines.Gateways).Select(_ => Of(machines.GatewayCores))];
        _encoders =
        [
            .. Enumerable.Range(0, machines.Encoders).Select(_ => new BatchStation(
                clock, _cores, times.MaxBatch, images => times.Encode(images, random))),
        ];
        _redis = [.. Enumerable.Range(0, machines.Redis).Select(_ => Of(1))];
        _silos = [.. Enumerable.Range(0, machines.Silos).Select(_ => Of(machines.SiloWorkers))];
        var capacity = (int)(machines.HotBytes / times.Measured.HotImageBytes);
        _hot = [.. _silos.Select(_ => new HotSet(capacity))];
    }

    /// <summary>True where everything runs on the cores of one machine.</summary>
    private bool IsOneMachine => _cores is SharedCores;

    /// <summary>Begins to count, after the warm-up.</summary>
    public void Reset()
    {
        _countFrom = _clock.Now;
        _cold = 0;
        foreach (var station in (Station[])[.. _gateways, .. _redis, .. _silos])
        {
            station.Reset();
        }

        foreach (var encoder in _encoders)
        {
            encoder.Reset();
        }
    }

    /// <summary>Makes an image hot before the simulation begins.</summary>
    public void Warm(long image) => _hot[Favourite(image, 0)].Add(image);

    /// <summary>Uploads a picture, and prepares it on its silo afterwards, as opening it does.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isStored">True if its embedding is stored.</param>
    /// <param name="opens">True if it is prepared at once.</param>
    /// <param name="done">Happens when the upload is answered.</param>
    public void Upload(long image, bool isStored, bool opens, Action done)
    {
        var begun = _clock.Now;
        Overhead(_times.UploadOverhead.Sample(_random), () =>
        {
            if (isStored)
            {
                Answer(wasNew: false);
                return;
            }

            _encoders.MinBy(encoder => encoder.InSystem)!.Submit(
                () => Transfer(image, _times.RedisPut, () => Answer(wasNew: true)));
        });

        void Answer(bool wasNew)
        {
            if (wasNew && begun >= _countFrom)
            {
                _uploads.Add(_clock.Now - begun);
            }

            if (opens)
            {
                WithImage(Choose(image), image, () => { }, counts: false);
            }

            done();
        }
    }

    /// <summary>Clicks on an image.</summary>
    public void Click(long image, Action done)
    {
        var (begun, share) = (_clock.Now, _random.NextDouble());
        Overhead(_times.ClickOverhead.At(share), () =>
        {
            var silo = Choose(image);
            WithImage(
                silo,
                image,
                () => _silos[silo].Submit(_times.Decode.At(share), () =>
                {
                    _siloRequests--;
                    if (begun >= _countFrom)
                    {
                        _clicks.Add(_clock.Now - begun);
                    }

                    done();
                }),
                counts: true);
        });
    }

    /// <summary>Decodes a bulk prompt in the batch lane of an image's silo.</summary>
    public void Bulk(long image) =>
        _silos[Choose(image)].Submit(_times.Decode.Sample(_random), () => { }, isBatch: true);

    /// <summary>Response times and use of machines since <see cref="Reset"/>.</summary>
    public PlanOutcome Finish()
    {
        _clicks.Sort();
        _uploads.Sort();
        return new(
            _clicks,
            _uploads,
            _silos.Average(silo => silo.Utilisation),
            _encoders.Average(encoder => encoder.Utilisation),
            _gateways.Average(gateway => gateway.Utilisation),
            _redis.Average(redis => redis.Utilisation),
            _clicks.Count == 0 ? 0 : (double)_cold / _clicks.Count,
            _hot.Average(hot => hot.Count));
    }

    // On one machine all of the overhead is work on its cores. Elsewhere the gateway's share is work of the gateway,
    // and the rest is time on the way.
    private void Overhead(double overhead, Action done)
    {
        if (IsOneMachine)
        {
            _cores.Run(overhead, done);
            return;
        }

        var gateway = _gateways[_random.Next(_gateways.Length)];
        gateway.Submit(_times.GatewayCpu, () => _clock.After(Math.Max(0, overhead - _times.GatewayCpu), done));
    }

    // An embedding to or from Redis: its core, and the network where that is slower.
    private void Transfer(long image, Distribution time, Action done)
    {
        var onTheWire = _times.Measured.EmbeddingBytes * 8 / _machines.NetworkBits;
        _redis[(int)(Mix(image, 0) % (ulong)_redis.Length)].Submit(Math.Max(time.Sample(_random), onTheWire), done);
    }

    private void WithImage(int silo, long image, Action then, bool counts)
    {
        if (counts)
        {
            _siloRequests++;
        }

        if (_hot[silo].Touch(image))
        {
            then();
            return;
        }

        if (counts && _clock.Now >= _countFrom)
        {
            _cold++;
        }

        // Further requests wait for the one that prepares the image.
        if (_preparing.TryGetValue((silo, image), out var waiting))
        {
            waiting.Add(then);
            return;
        }

        _preparing.Add((silo, image), [then]);
        Transfer(image, _times.RedisGet, () => _silos[silo].Submit(_times.Prepare.Sample(_random), () =>
        {
            _hot[silo].Add(image);
            _preparing.Remove((silo, image), out var all);
            all!.ForEach(one => one());
        }));
    }

    private int Choose(long image)
    {
        var workers = _machines.SiloWorkers;
        var share = MaxShare * (_siloRequests + 1) / (_silos.Length * workers);
        for (var i = 0; i < _silos.Length; i++)
        {
            var silo = Favourite(image, i);
            if (_silos[silo].InSystem < Math.Max(AlwaysAllowed, share) * workers)
            {
                return silo;
            }
        }

        return Favourite(image, 0);
    }

    private int Favourite(long image, int rank) => (int)((Mix(image, 1) + (ulong)rank) % (ulong)_silos.Length);

    /// <summary>Spreads numbers evenly (splitmix64).</summary>
    private static ulong Mix(long image, ulong salt)
    {
        var mixed = (ulong)image + (salt + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
