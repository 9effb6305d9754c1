"""Celery's settings: broker, queues, routes, beat, reliability. Loaded by ``genai.celery``."""

from kombu import Exchange, Queue

from genai.domain.enums import Queue as QueueName
from genai.settings import settings

_settings = settings()

broker_url = _settings.broker_url
result_backend = _settings.result_url

# Modules that define tasks or connect signals, loaded when a worker starts and by name.
imports = (
    "genai.bootstrap",
    "genai.router",
    "genai.stages.runner",
    "genai.callbacks.drain",
    "genai.maintenance.admission",
    "genai.maintenance.cancelling",
    "genai.maintenance.reconcile",
    "genai.maintenance.retention",
)

# A topic exchange, because the broker can only delay messages natively on one; quorum queues,
# because they survive the loss of a node. Transports without queue types ignore the argument.
_exchange = Exchange("genai", type="topic", durable=True)
task_queues = [
    Queue(name.value, _exchange, routing_key=name.value, queue_arguments={"x-queue-type": "quorum"})
    for name in QueueName
]
task_default_queue = QueueName.MARKETING.value
task_default_exchange = "genai"
task_default_exchange_type = "topic"
task_default_routing_key = QueueName.MARKETING.value
task_create_missing_queues = False
# Steps carry the queue of their stage, set by the router; these are the others.
task_routes = {
    "genai.callbacks.*": {"queue": QueueName.CALLBACKS.value},
    "genai.maintenance.*": {"queue": QueueName.MAINTENANCE.value},
    "genai.advance": {"queue": QueueName.MAINTENANCE.value},
}

beat_schedule = {
    "drain": {"task": "genai.callbacks.drain", "schedule": _settings.drain_every},
    "admit": {"task": "genai.maintenance.admit", "schedule": _settings.reconcile_every},
    "sweep": {"task": "genai.maintenance.sweep", "schedule": 3600.0},
    "reconcile": {"task": "genai.maintenance.reconcile", "schedule": _settings.reconcile_every},
}

# A message is acknowledged when its step is committed; a killed process gives it back.
task_acks_late = True
task_reject_on_worker_lost = True
task_track_started = True
task_send_sent_event = True
worker_send_task_events = True
worker_prefetch_multiplier = 1
worker_cancel_long_running_tasks_on_connection_loss = False
worker_detect_quorum_queues = True
worker_soft_shutdown_timeout = 20.0
worker_enable_soft_shutdown_on_idle = True
worker_hijack_root_logger = False
broker_connection_retry_on_startup = True
broker_native_delayed_delivery_queue_type = "quorum"
# Well below RabbitMQ's consumer_timeout of 30 minutes.
task_soft_time_limit = 15 * 60
task_time_limit = 17 * 60

if broker_url.startswith("redis"):
    # Delayed messages wait in the worker's memory, unacknowledged: longer than any wait, or they come twice.
    broker_transport_options = {"visibility_timeout": 6 * 3600, "health_check_interval": 10}
else:
    broker_transport_options = {"confirm_publish": True}

# Chord counters live here: they are retried through an outage and outlast the longest job.
result_backend_always_retry = True
result_backend_max_retries = 60
result_chord_expires = 3 * 24 * 3600
result_expires = 24 * 3600
# Fan-in is decided in PostgreSQL; errbacks on chord headers would only repeat the failure.
task_allow_error_cb_on_chord_header = False
# A publish that fails is caught by reconcile, so it need not hold the publisher for long.
task_publish_retry_policy = {
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.3,
    "interval_max": 0.5,
}
broker_connection_timeout = 2.0
timezone = "UTC"
