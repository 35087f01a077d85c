using Xunit.Sdk;
using Xunit.v3;

// Each class runs a cluster of up to nine processes, which has work for all cores. Two clusters at once take no less time,
// and each sees delays that no operator's machines have.
[assembly: Parallelization(Mode = ParallelMode.None)]
