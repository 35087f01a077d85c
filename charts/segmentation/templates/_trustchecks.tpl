{{/* Checks of who may call, of certificates and of images, in the form of _checks.tpl. */}}

{{- define "segmentation.identityChecks" -}}
{{- $identity := .Values.identity }}
{{- $keys := include "segmentation.keysSecret" . }}
{{- $others := or $identity.jwt.authority $identity.trustedProxies $identity.clientCertificates.enabled }}
{{- if not (or $keys $others $identity.allowAnonymous) }}
- identity names no credential that lets anybody in, so gateways would not start: set identity.firstKey.create=true,
  or name a Secret with keys in identity.existingSecret, or a provider in identity.jwt.authority. With
  identity.allowAnonymous=true everybody who reaches the gateways may use them.
{{ end }}
{{- if and $identity.jwt.authority (not $identity.jwt.audience) }}
- identity.jwt.authority is set and identity.jwt.audience is empty: tokens for other services would be taken. Give the
  audience that your provider writes into tokens for this one.
{{ end }}
{{- if and $identity.clientCertificates.enabled (not .Values.tls.public.clientAuthorities.existingSecret) }}
- identity.clientCertificates.enabled is true, but no client is asked for one: name the Secret with the authorities in
  tls.public.clientAuthorities.existingSecret.
{{ end }}
{{- if and .Values.test.enabled (not $keys) (not $identity.allowAnonymous) }}
- test.enabled is true, but helm test has no API key: give it one (identity.firstKey.create=true or
  identity.existingSecret), or set test.enabled=false.
{{ end }}
{{- end }}

{{- define "segmentation.tlsChecks" -}}
{{- $tls := .Values.tls }}
{{- $certificates := dict "tls.public" $tls.public "tls.cluster" $tls.cluster }}
{{- $_ := set $certificates "redis.builtIn.tls" .Values.redis.builtIn.tls }}
{{- range $name, $values := $certificates }}
{{- if and $values.existingSecret $values.certManager.enabled }}
- {{ $name }}.existingSecret and {{ $name }}.certManager.enabled are both set: a certificate comes from one place.
  Remove one.
{{ end }}
{{- end }}
{{- if and $tls.public.certManager.enabled (not $tls.public.certManager.issuerRef.name) }}
- tls.public.certManager.enabled is true and its issuerRef.name is empty: name an issuer that your clients trust, for
  example {name: letsencrypt, kind: ClusterIssuer}.
{{ end }}
{{- if and $tls.public.clientAuthorities.existingSecret (not (include "segmentation.publicTls" .)) }}
- tls.public.clientAuthorities is set, but the gateways have no certificate, and without TLS no client shows one: set
  tls.public.existingSecret or tls.public.certManager.
{{ end }}
{{- $id := include "segmentation.clusterId" . }}
{{- if and (include "segmentation.clusterTls" .) (not (regexMatch "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" $id)) }}
- clusterId is '{{ $id }}', which the certificates of tls.cluster must have as a DNS name: use a-z, 0-9, '-' and '.'.
{{ end }}
{{- $external := .Values.redis.external }}
{{- $isEncrypted := and (not .Values.redis.builtIn.enabled) $external.cluster.tls $external.cache.tls }}
{{- if and $external.authorities.existingSecret (not (or $isEncrypted $external.existingSecret)) }}
- redis.external.authorities is set, with which every connection to Redis has TLS: set redis.external.cluster.tls and
  redis.external.cache.tls, or remove it.
{{ end }}
{{- end }}

{{/* With image.requireDigests every image of a container is named by its digest. */}}
{{- define "segmentation.imageChecks" -}}
{{- if .Values.image.requireDigests }}
{{- $images := dict }}
{{- range $tier := list "gateway" "decoder" "encoder" }}
{{- $_ := set $images (printf "%s.image.digest" $tier) (index $.Values $tier).image.digest }}
{{- end }}
{{- with .Values.projects }}
{{- if .enabled }}
{{- $_ := set $images "projects.image.digest" .image.digest }}
{{- if or .database.builtIn.enabled .backups.enabled }}
{{- $_ := set $images "projects.database.image.digest" .database.image.digest }}
{{- end }}
{{- end }}
{{- end }}
{{- $redis := .Values.redis.builtIn }}
{{- if $redis.enabled }}{{ $_ := set $images "redis.builtIn.image.digest" $redis.image.digest }}{{ end }}
{{- with .Values.model.volume.image.reference }}
{{- $_ := set $images "a digest in model.volume.image.reference" (contains "@sha256:" .) }}
{{- end }}
{{- range $name, $digest := $images }}
{{- if not $digest }}
- image.requireDigests is true and {{ $name }} is missing: give it (docs/supply-chain.md tells how to see it), or set
  image.requireDigests=false.
{{ end }}
{{- end }}
{{- end }}
{{- end }}
