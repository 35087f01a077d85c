using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Tests.Telemetry;

public sealed class OutageLogTests
{
    [Fact]
    public void Next_AnOutageOfTwoMinutes_IsSaidOnceAMinuteAndItsEndOnce()
    {
        var time = new FakeTimeProvider();
        var log = new OutageLog(time);
        var said = new List<(int Second, OutageNews News)>();
        for (var second = 0; second < 200; second++)
        {
            var news = log.Next(isAway: second is >= 10 and < 135);
            if (news != OutageNews.None)
            {
                said.Add((second, news));
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [(10, OutageNews.Away), (70, OutageNews.Away), (130, OutageNews.Away), (135, OutageNews.Back)], said);
    }
}
