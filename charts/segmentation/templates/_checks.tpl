{{/* Each template writes an item for every impossible value: fault and remedy. Continuation lines are indented. */}}

{{- define "segmentation.redisChecks" -}}
{{- $redis := .Values.redis }}
{{- $external := $redis.external }}
{{- $addresses := compact (list $external.cluster.address $external.cache.address $external.existingSecret) }}
{{- if $redis.builtIn.enabled }}
{{- if $addresses }}
- redis.external is set, but redis.builtIn.enabled is true: set redis.builtIn.enabled=false to use your servers.
{{ end }}
{{- $limit := include "segmentation.bytes" $redis.builtIn.cache.resources.limits.memory | float64 }}
{{- if lt (mulf $limit 0.8) (include "segmentation.bytes" $redis.builtIn.cache.maxMemory | float64) }}
- redis.builtIn.cache.maxMemory is {{ $redis.builtIn.cache.maxMemory }}, more than four fifths of its memory limit
  of {{ $redis.builtIn.cache.resources.limits.memory }}: the pod would be killed before it evicts. Raise
  redis.builtIn.cache.resources.limits.memory or lower maxMemory.
{{ end }}
{{- else if $external.existingSecret }}
{{- if or $external.cluster.address $external.cache.address }}
- redis.external.existingSecret holds both connection strings: remove redis.external.cluster.address and
  redis.external.cache.address, or the Secret.
{{ end }}
{{- else }}
{{- range $role := list "cluster" "cache" }}
{{- if not (index $external $role).address }}
- redis.builtIn.enabled is false and redis.external.{{ $role }}.address is empty: give it as host:port, or name a
  Secret with both connection strings in redis.external.existingSecret, or set redis.builtIn.enabled=true.
{{ end }}
{{- end }}
{{- $isSameServer := and $external.cache.address (eq $external.cluster.address $external.cache.address) }}
{{- if and $isSameServer (eq (int $external.cluster.database) (int $external.cache.database)) }}
- redis.external.cluster and redis.external.cache are the same database: members of the cluster must not be evicted
  with embeddings. Use two servers, or different numbers in database on one that does not evict.
{{ end }}
{{- end }}
{{- end }}

{{- define "segmentation.modelChecks" -}}
{{- $volume := .Values.model.volume }}
{{- if $volume.image.reference }}
{{- if $volume.existingClaim }}
- model.volume.existingClaim and model.volume.image.reference are both set: a volume is of one kind. Remove one.
{{ end }}
{{- if not (include "segmentation.since" (dict "root" . "version" "1.33")) }}
- model.volume.image needs Kubernetes 1.33 (and its feature gate ImageVolume before 1.35), this cluster has
  {{ .Capabilities.KubeVersion.Version }}: copy the models to a volume and name its claim in
  model.volume.existingClaim.
{{ end }}
{{- end }}
{{- if and $volume.subPath (not (or $volume.existingClaim $volume.image.reference)) }}
- model.volume.subPath is set, but no volume: set model.volume.existingClaim or model.volume.image.reference.
{{ end }}
{{- end }}

{{- define "segmentation.encoderChecks" -}}
{{- $encoder := .Values.encoder }}
{{- if and $encoder.autoscaling.enabled $encoder.keda.enabled }}
- encoder.autoscaling.enabled and encoder.keda.enabled are both true: two autoscalers would fight over one
  Deployment. Set one to false.
{{ end }}
{{- $isPush := eq $encoder.keda.trigger "push" }}
{{- $readsPrometheus := and $encoder.keda.enabled (not $isPush) }}
{{- if and $readsPrometheus (not $encoder.keda.serverAddress) }}
- encoder.keda.enabled is true and encoder.keda.serverAddress is empty: give Prometheus' address, for example
  http://prometheus-operated.monitoring:9090, or set encoder.keda.trigger=push, which needs none.
{{ end }}
{{- if and $readsPrometheus (eq (int $encoder.keda.minReplicas) 0) (not $encoder.keda.query) }}
- encoder.keda.minReplicas is 0, but encoder.keda.trigger is prometheus, whose default query counts what waits at encoders:
  at 0 there are none, and no image would ever start one. Set encoder.keda.trigger=push, or minReplicas=1, or give a query
  of segmentation_gateway_encoder_work_seconds.
{{ end }}
{{- $isOtlpOnly := and .Values.telemetry.otlpEndpoint (not .Values.telemetry.serviceMonitor.enabled) }}
{{- if and $readsPrometheus $isOtlpOnly (not $encoder.keda.query) }}
- encoder.keda.enabled is true and metrics go to telemetry.otlpEndpoint only: the default query selects by the labels
  namespace and service, which scraping gives and OTLP does not. Give encoder.keda.query in the labels that your
  collector writes, for example sum({{ $encoder.queueMetric }}{job="segmentation-encoder"}), or set
  telemetry.serviceMonitor.enabled=true.
{{ end }}
{{- if and $encoder.keda.enabled (lt (int $encoder.keda.maxReplicas) (int $encoder.keda.minReplicas)) }}
- encoder.keda.maxReplicas {{ $encoder.keda.maxReplicas }} is less than minReplicas {{ $encoder.keda.minReplicas }}.
{{ end }}
{{- if and (has $encoder.provider (list "Cuda" "TensorRt")) (not $encoder.gpu.enabled) }}
- encoder.provider is {{ $encoder.provider }}, but no GPU is asked for: set encoder.gpu.enabled=true (and
  encoder.gpu.resource to what your nodes offer), or encoder.provider=Cpu.
{{ end }}
{{- if and (eq $encoder.provider "Cpu") $encoder.gpu.enabled }}
- encoder.gpu.enabled is true, but encoder.provider is Cpu, which would leave the GPU idle: set
  encoder.provider=Cuda or TensorRt, or encoder.gpu.enabled=false.
{{ end }}
{{- if and (eq $encoder.provider "Plugin") (not $encoder.pluginLibrary) }}
- encoder.provider is Plugin and encoder.pluginLibrary is empty: give the path of the provider's library in the image.
{{ end }}
{{- end }}

{{/* Pools are told apart by their names, and each has models that the gateways serve. */}}
{{- define "segmentation.poolChecks" -}}
{{- $names := dict }}
{{- $models := append .Values.model.others .Values.model.id }}
{{- $served := list }}
{{- range $pool := .Values.encoder.pools }}
{{- if hasKey $names $pool.name }}
- encoder.pools has two of the name {{ $pool.name }}: give each a name of its own.
{{ end }}
{{- $_ := set $names $pool.name true }}
{{- range $pool.models }}
{{- if not (has . $models) }}
- encoder.pools has model {{ . }} in {{ $pool.name }}, which gateways and silos do not serve: add it to model.others.
{{ end }}
{{- end }}
{{- $served = concat $served ($pool.models | default $models) }}
{{- end }}
{{- if .Values.encoder.pools }}
{{- range $models }}
{{- if not (has . $served) }}
- encoder.pools has no pool for model {{ . }}, whose uploads would find no encoder: add it to the models of one.
{{ end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "segmentation.networkChecks" -}}
{{- $values := .Values }}
{{- if and (include "segmentation.scaler" .) $values.networkPolicy.enabled (not $values.networkPolicy.kedaFrom) }}
- encoder.keda.trigger is push, but NetworkPolicies let nobody ask the gateways: name KEDA's operator in
  networkPolicy.kedaFrom, for example [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: keda}}}], or set
  networkPolicy.enabled=false.
{{ end }}
{{- $reader := "" }}
{{- /* Without scraping, metrics can still reach Prometheus by OTLP. */}}
{{- if not $values.telemetry.otlpEndpoint }}
{{- if $values.encoder.autoscaling.enabled }}{{ $reader = "encoder.autoscaling.enabled" }}{{ end }}
{{- $encoders := dict }}
{{- include "segmentation.encoders" (dict "root" . "into" $encoders) }}
{{- range $encoders.list }}
{{- $keda := .root.Values.encoder.keda }}
{{- if and $keda.enabled (eq $keda.trigger "prometheus") }}{{ $reader = "encoder.keda.enabled" }}{{ end }}
{{- end }}
{{- end }}
{{- if $values.telemetry.serviceMonitor.enabled }}{{ $reader = "telemetry.serviceMonitor.enabled" }}{{ end }}
{{- if and $reader $values.networkPolicy.enabled (not $values.networkPolicy.metricsFrom) }}
- {{ $reader }} is true, but NetworkPolicies let nobody scrape the pods: name Prometheus in
  networkPolicy.metricsFrom, for example [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name:
  monitoring}}}], or set networkPolicy.enabled=false.
{{ end }}
{{- $isScraped := dig "Telemetry" "Prometheus" true $values.options }}
{{- if and $values.telemetry.serviceMonitor.enabled (eq (toString $isScraped) "false") }}
- telemetry.serviceMonitor.enabled is true, but options.Telemetry.Prometheus=false switches /metrics off: set one of
  them otherwise.
{{ end }}
{{- $egress := $values.networkPolicy.egress }}
{{- if and $values.networkPolicy.enabled $egress.enabled }}
{{- if and (not $values.redis.builtIn.enabled) (not $egress.redis) }}
- networkPolicy.egress.enabled is true and nothing lets pods reach your Redis: name it in networkPolicy.egress.redis,
  for example [{to: [{ipBlock: {cidr: 10.1.0.0/24}}], ports: [{port: 6380, protocol: TCP}]}].
{{ end }}
{{- if and $values.identity.jwt.authority (not $egress.identity) }}
- networkPolicy.egress.enabled is true and nothing lets gateways reach {{ $values.identity.jwt.authority }}, whose keys
  they read: name it in networkPolicy.egress.identity, for example [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports:
  [{port: 443, protocol: TCP}]}].
{{ end }}
{{- if and $values.telemetry.otlpEndpoint (not $egress.telemetry) }}
- networkPolicy.egress.enabled is true and nothing lets pods reach telemetry.otlpEndpoint: name the collector in
  networkPolicy.egress.telemetry, for example [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name:
  observability}}}], ports: [{port: 4317, protocol: TCP}]}].
{{ end }}
{{- end }}
{{- range $protocol, $route := $values.gateway.routes }}
{{- if and $route.enabled (not $route.parentRefs) }}
- gateway.routes.{{ $protocol }}.enabled is true and its parentRefs are empty: name the Gateway, for example [{name:
  public, namespace: infrastructure}].
{{ end }}
{{- end }}
{{- range $protocol, $ingress := $values.gateway.ingress }}
{{- if and $ingress.enabled (not $ingress.hosts) }}
- gateway.ingress.{{ $protocol }}.enabled is true and its hosts are empty: name at least one, for example
  [segmentation.example.com].
{{ end }}
{{- end }}
{{- if eq (int $values.gateway.service.grpcPort) (int $values.gateway.service.httpPort) }}
- gateway.service.grpcPort and gateway.service.httpPort are both {{ $values.gateway.service.grpcPort }}: HTTP/2
  without TLS needs a port of its own. Change one.
{{ end }}
{{- end }}
