using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.ServiceDefaults.Tests.Logging;

public sealed class LogDefaultsTests
{
    [Theory]
    [InlineData(null, "segmentation-text")]
    [InlineData("Text", "segmentation-text")]
    [InlineData("json", "segmentation-json")]
    public void AddQuietLogs_Format_ChoosesTheFormatter(string? format, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Segmentation:Logging:Format"] = format;

        builder.AddQuietLogs();

        Assert.Equal(expected, builder.Configuration["Logging:Console:FormatterName"]);
    }

    [Theory]
    [InlineData("xml")]
    [InlineData("7")]
    public void AddQuietLogs_UnknownFormat_NamesTheOption(string format)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Segmentation:Logging:Format"] = format;

        var error = Assert.Throws<OptionsValidationException>(() => builder.AddQuietLogs());

        Assert.Equal(
            $"Segmentation:Logging:Format is '{format}'; it must be Text or Json.", Assert.Single(error.Failures));
    }

    [Fact]
    public void AddQuietLogs_SettingsOfTheOperator_Win()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Logging:LogLevel:Orleans"] = "Debug";
        builder.Configuration["Logging:Console:FormatterName"] = "systemd";

        builder.AddQuietLogs();

        Assert.Equal("Debug", builder.Configuration["Logging:LogLevel:Orleans"]);
        Assert.Equal("systemd", builder.Configuration["Logging:Console:FormatterName"]);
        Assert.Equal("Warning", builder.Configuration["Logging:LogLevel:Grpc"]);
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Http2", false)]
    public async Task AddQuietLogs_WhatBytesOfStrangersMakeOfKestrel_IsNoWarning(string category, bool hasErrors)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddQuietLogs();
        await using var app = builder.Build();

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.False(logger.IsEnabled(LogLevel.Warning));
        Assert.Equal(hasErrors, logger.IsEnabled(LogLevel.Critical));
    }

    [Theory]
    [InlineData(23, LogLevel.Critical, 0)]
    [InlineData(23, LogLevel.Debug, 0)]
    [InlineData(13, LogLevel.Error, 1)]
    public async Task AddQuietLogs_ConnectionThatKestrelLost_IsNoLine(int eventId, LogLevel level, int lines)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddQuietLogs();
        using var written = new Written();
        builder.Logging.AddProvider(written);
        await using var app = builder.Build();

        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Server.Kestrel")
            .Log(level, new EventId(eventId), "application never completed", null, (state, _) => state);

        Assert.Equal(lines, written.Count);
    }

    private sealed class Written : ILoggerProvider, ILogger
    {
        public int Count { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Count++;

        public void Dispose()
        {
        }
    }
}
