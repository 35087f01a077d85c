using Segmentation.Projects.Hosting;
using Segmentation.ServiceDefaults;
using Segmentation.ServiceDefaults.Hosting;

return MigrateCommand.IsAsked(args)
    ? await MigrateCommand.RunAsync(args, Console.Out)
    : HealthProbe.IsAsked(args)
    ? await HealthProbe.RunAsync(args, EndpointOptions.Section, ProjectsHost.HttpPort)
    : await HostRun.RunAsync(Build, typeof(InvalidDataException));

WebApplication Build()
{
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddQuietLogs(ProjectSilo.QuietLogs);
    builder.AddServiceDefaults("segmentation-projects");
    builder.AddProjectsHost();
    return builder.Build().MapProjectsHost();
}
