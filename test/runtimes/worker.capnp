# How workerd runs worker.mjs, once bundled: with what workers have today, and with what they had in 2024. And how it runs the
# worker of examples/servers.
using Workerd = import "/workerd/workerd.capnp";

const today :Workerd.Config = (
  services = [ (name = "main", worker = (
    modules = .modules, bindings = .bindings, compatibilityDate = "2026-11-01"
  )), .internet ],
  sockets = .sockets
);

const in2024 :Workerd.Config = (
  services = [ (name = "main", worker = (
    modules = .modules, bindings = .bindings, compatibilityDate = "2024-09-23"
  )), .internet ],
  sockets = .sockets
);

const proxy :Workerd.Config = (
  services = [ (name = "main", worker = (
    modules = .modules,
    bindings = [
      (name = "MISTRAL_API_KEY", fromEnvironment = "MISTRAL_API_KEY"),
      (name = "MISTRAL_BASE_URL", fromEnvironment = "MISTRAL_BASE_URL"),
      (name = "PROXY_TOKEN", fromEnvironment = "PROXY_TOKEN")
    ],
    compatibilityDate = "2026-11-01",
    compatibilityFlags = ["enable_request_signal"]
  )), .internet ],
  sockets = .sockets
);

const modules :List(Workerd.Worker.Module) = [ (name = "worker.mjs", esModule = embed "worker.bundle.mjs") ];
const bindings :List(Workerd.Worker.Binding) = [
  (name = "NAME", fromEnvironment = "NAME"),
  (name = "ORIGIN", fromEnvironment = "ORIGIN")
];
const sockets :List(Workerd.Socket) = [ (name = "http", http = (), service = "main") ];

# The server of the scenario is on loopback.
const internet :Workerd.Service = (name = "internet", network = (allow = ["public", "private", "local"]));
