using Segmentation.Client.Projects;
using Segmentation.Robot;

// Annotates a picture until a file "stop" appears beside its journal, and ends when everything is acknowledged. Killed
// and started again, it goes on from its journal, as the studio does.
var (server, project, picture, file) = (new Uri(args[0]), args[1], long.Parse(args[2]), args[3]);
using var client = new ProjectsClient(server);
using var journal = Journal.Open(file);
await new Annotator(client, project, picture, journal).RunAsync(
    () => File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "stop")));
