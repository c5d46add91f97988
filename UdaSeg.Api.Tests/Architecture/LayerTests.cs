using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using NetArchTest.Rules;
using TorchSharp;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using Xunit;

namespace UdaSeg.Api.Tests.Architecture;

/// <summary>Api → Infrastructure → Domain, tensors in one place, and nothing public that need not be.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Domain = typeof(LabelMap).Assembly;
    private static readonly Assembly Infrastructure = Assembly.Load("UdaSeg.Infrastructure");
    private static readonly Assembly Api = Assembly.Load("UdaSeg.Api");
    private const string MethodsHome = "UdaSeg.Infrastructure.Torch.Methods";
    private static readonly string[] MethodFolders =
        [.. Infrastructure.GetTypes().Select(t => t.Namespace).OfType<string>().Where(n => n.StartsWith(MethodsHome + ".", StringComparison.Ordinal) && n != MethodsHome + ".Shared").Distinct()];

    private static readonly string[] Service = ["UdaSeg.Infrastructure.Persistence", "UdaSeg.Infrastructure.Jobs", "UdaSeg.Infrastructure.Serving", "Microsoft.EntityFrameworkCore", "Hangfire"];
    private static readonly string[] HomesOfTensors = ["UdaSeg.Infrastructure.Torch", "UdaSeg.Infrastructure.Serving"];

    [Fact]
    public void Domain_references_no_package_and_no_project() => Assert.Empty(ReferencesOf(XDocument.Load(Path.Combine(SourceTree.Root, "UdaSeg.Domain/UdaSeg.Domain.csproj"))));

    [Fact]
    public void Domain_is_compiled_against_the_base_library_alone() =>
        Assert.All(Domain.GetReferencedAssemblies(), a => Assert.StartsWith("System.", a.Name, StringComparison.Ordinal));

    [Fact]
    public void The_demo_is_a_client_and_knows_nothing_of_the_service_but_its_interface() =>
        Assert.DoesNotContain(Assembly.Load("UdaSeg.Demo").GetReferencedAssemblies(), a => a.Name is "UdaSeg.Infrastructure" or "UdaSeg.Api" or "TorchSharp");

    [Fact]
    public void Tensors_stay_where_they_belong()
    {
        Assert.Empty(TensorUsersOutside(HomesOfTensors, Infrastructure));
        Assert.Empty(TensorUsersOutside(HomesOfTensors, Api));
    }

    [Fact]
    public void Infrastructure_is_internal_and_sealed() => Assert.Empty(OpenTypes(Infrastructure.GetTypes()));

    /// <summary>A method is a composition of shared parts (ADR-023).</summary>
    [Fact]
    public void Methods_know_no_other_method_and_nothing_of_the_service()
    {
        Assert.Equal(7, MethodFolders.Length); // sourceOnly is a shared part
        Assert.All(MethodFolders, m => Assert.Empty(UsersOf(m, [.. MethodFolders.Except([m]), .. Service])));
        Assert.Empty(UsersOf(MethodsHome + ".Shared", [.. MethodFolders, .. Service]));
    }

    [Fact]
    public void A_method_that_knows_others_is_found() => Assert.Contains("TrainingMethods", UsersOf(MethodsHome, MethodFolders));

    [Fact]
    public void A_reference_is_found() => Assert.Equal(2, ReferencesOf(XDocument.Parse("<Project><ItemGroup><PackageReference Include='A'/><ProjectReference Include='B'/></ItemGroup></Project>")).Count());

    [Fact]
    public void A_tensor_out_of_place_is_found() =>
        Assert.Contains(typeof(HoldsATensor).FullName, TensorUsersOutside(HomesOfTensors, typeof(LayerTests).Assembly));

    [Fact]
    public void An_open_or_public_type_is_found()
    {
        Assert.Equal([nameof(Unsealed)], OpenTypes([typeof(Unsealed), typeof(HoldsATensor)]));
        Assert.Equal([nameof(LayerTests)], OpenTypes([typeof(LayerTests), typeof(LabelClass)]));
    }

    private static IEnumerable<string> ReferencesOf(XDocument project) =>
        project.Descendants().Where(e => e.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference").Select(e => (string)e.Attribute("Include")!);

    private static IEnumerable<string> UsersOf(string home, string[] others) =>
        Types.InAssembly(Infrastructure).That().ResideInNamespace(home).And().HaveDependencyOnAny(others).GetTypes().Select(t => t.Name);

    private static IEnumerable<string> TensorUsersOutside(string[] homes, Assembly assembly)
    {
        IEnumerable<Type> users = Types.InAssembly(assembly).That().HaveDependencyOn("TorchSharp").GetTypes();
        return users.Where(t => !homes.Any(h => t.FullName!.StartsWith(h + ".", StringComparison.Ordinal))).Select(t => t.FullName!);
    }

    /// <summary>Classes that are neither sealed, static nor abstract; and public ones that are more than data (a record), an exception or a static helper.</summary>
    private static IEnumerable<string> OpenTypes(IEnumerable<Type> types) => types
        .Where(t => t.IsClass && !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.FullName?.Contains(".Migrations.", StringComparison.Ordinal) != true)
        .Where(t => t.DeclaringType is null && t.Namespace?.StartsWith("UdaSeg", StringComparison.Ordinal) == true)
        .Where(t => !(t.IsSealed || t.IsAbstract) || (t.IsPublic && !MayBePublic(t)))
        .Select(t => t.Name);

    private static bool MayBePublic(Type type) => (type.IsSealed && type.IsAbstract) || typeof(Exception).IsAssignableFrom(type) || type.GetMethod("<Clone>$") is not null;
}

internal class Unsealed;

internal sealed class HoldsATensor
{
    public torch.Tensor? Tensor { get; set; }
}
