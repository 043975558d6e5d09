BEGIN TRANSACTION;
CREATE TABLE alarms (
	name VARCHAR(200) NOT NULL, 
	since DATETIME NOT NULL, 
	told_at DATETIME, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_alarms PRIMARY KEY (name)
);
INSERT INTO "alarms" VALUES('name 1 é 贸易','2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000','detail 1 é 贸易');
INSERT INTO "alarms" VALUES('name 2 é 贸易','2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000','detail 2 é 贸易');
INSERT INTO "alarms" VALUES('name 3 é 贸易','2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000','detail 3 é 贸易');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0013');
CREATE TABLE "articles" (
	id INTEGER NOT NULL, 
	"key" VARCHAR(2000) NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	published_is_approximate BOOLEAN NOT NULL, 
	seen_at DATETIME NOT NULL, 
	authors JSON NOT NULL, 
	language VARCHAR(40) NOT NULL, 
	outlet TEXT NOT NULL, 
	feed_id VARCHAR(200) NOT NULL, 
	country VARCHAR(8) NOT NULL, 
	trust FLOAT NOT NULL, 
	origin VARCHAR(8) NOT NULL, 
	note TEXT NOT NULL, 
	paywall BOOLEAN NOT NULL, 
	state_media BOOLEAN NOT NULL, 
	robots VARCHAR(200) NOT NULL, 
	stage VARCHAR(8) NOT NULL, 
	is_backlog BOOLEAN DEFAULT 0 NOT NULL, 
	is_secondhand BOOLEAN DEFAULT 0 NOT NULL, feed_date DATETIME, page_date DATETIME, 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT uq_articles_key UNIQUE ("key")
);
INSERT INTO "articles" VALUES(1,'key 1 é 贸易','url 1 é 贸易','title 1 é 贸易','text 1 é 贸易','summary 1 é 贸易','2026-03-10 12:00:00.000000',0,'2026-03-10 12:00:00.000000','["authors", 1]','language 1 é 贸易','outlet 1 é 贸易','feed_id 1 é 贸易','country ',0.125,'origin 1','note 1 é 贸易',0,0,'robots 1 é 贸易','stage 1 ',0,0,'2026-03-02 08:00:00.000000','2019-01-01 00:00:00.000000');
INSERT INTO "articles" VALUES(2,'key 2 é 贸易','url 2 é 贸易','title 2 é 贸易','text 2 é 贸易','summary 2 é 贸易','2026-03-11 12:00:00.000000',1,'2026-03-11 12:00:00.000000','["authors", 2]','language 2 é 贸易','outlet 2 é 贸易','feed_id 2 é 贸易','country ',0.25,'origin 2','note 2 é 贸易',1,1,'robots 2 é 贸易','stage 2 ',1,1,NULL,NULL);
INSERT INTO "articles" VALUES(3,'key 3 é 贸易','url 3 é 贸易','title 3 é 贸易','text 3 é 贸易','summary 3 é 贸易','2026-03-12 12:00:00.000000',0,'2026-03-12 12:00:00.000000','["authors", 3]','language 3 é 贸易','outlet 3 é 贸易','feed_id 3 é 贸易','country ',0.375,'origin 3','note 3 é 贸易',0,0,'robots 3 é 贸易','stage 3 ',0,0,NULL,NULL);
CREATE TABLE backgrounds (
	id INTEGER NOT NULL, 
	topic VARCHAR(100) NOT NULL, 
	profile_version INTEGER NOT NULL, 
	documents INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_backgrounds PRIMARY KEY (id)
);
INSERT INTO "backgrounds" VALUES(1,'topic 1 é 贸易',1,1,'2026-03-10 12:00:00.000000',X'00');
INSERT INTO "backgrounds" VALUES(2,'topic 2 é 贸易',2,2,'2026-03-11 12:00:00.000000',X'0001');
INSERT INTO "backgrounds" VALUES(3,'topic 3 é 贸易',3,3,'2026-03-12 12:00:00.000000',X'000102');
CREATE TABLE bodies (
	id INTEGER NOT NULL, 
	issue_id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_bodies PRIMARY KEY (id), 
	CONSTRAINT fk_bodies_issue_id FOREIGN KEY(issue_id) REFERENCES issues (id)
);
INSERT INTO "bodies" VALUES(1,1,'sha256 1 é 贸易',X'00');
INSERT INTO "bodies" VALUES(2,2,'sha256 2 é 贸易',X'0001');
INSERT INTO "bodies" VALUES(3,3,'sha256 3 é 贸易',X'000102');
CREATE TABLE deliveries (
	issue_id INTEGER NOT NULL, 
	recipient VARCHAR(320) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	dot BOOLEAN NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_attempt_at DATETIME, 
	message_id TEXT NOT NULL, 
	message BLOB NOT NULL, 
	sent_at DATETIME, 
	detail TEXT NOT NULL, channel VARCHAR(12) DEFAULT 'mail' NOT NULL, entered_at DATETIME, reason VARCHAR(12) DEFAULT '' NOT NULL, body_id INTEGER, 
	CONSTRAINT pk_deliveries PRIMARY KEY (issue_id, recipient), 
	CONSTRAINT fk_deliveries_issue_id FOREIGN KEY(issue_id) REFERENCES issues (id)
);
INSERT INTO "deliveries" VALUES(1,'recipient 1 é 贸易','state 1 é 贸易',0,1,'2026-03-10 12:00:00.000000','message_id 1 é 贸易',X'00','2026-03-10 12:00:00.000000','detail 1 é 贸易','channel 1 é ','2026-03-10 12:00:00.000000','reason 1 é 贸',1);
INSERT INTO "deliveries" VALUES(2,'recipient 2 é 贸易','state 2 é 贸易',1,2,'2026-03-11 12:00:00.000000','message_id 2 é 贸易',X'0001','2026-03-11 12:00:00.000000','detail 2 é 贸易','channel 2 é ','2026-03-11 12:00:00.000000','reason 2 é 贸',2);
INSERT INTO "deliveries" VALUES(3,'recipient 3 é 贸易','state 3 é 贸易',0,3,'2026-03-12 12:00:00.000000','message_id 3 é 贸易',X'000102','2026-03-12 12:00:00.000000','detail 3 é 贸易','channel 3 é ','2026-03-12 12:00:00.000000','reason 3 é 贸',3);
CREATE TABLE features (
	article_id INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_features PRIMARY KEY (article_id), 
	CONSTRAINT fk_features_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "features" VALUES(1,X'00');
INSERT INTO "features" VALUES(2,X'0001');
INSERT INTO "features" VALUES(3,X'000102');
CREATE TABLE feedback (
	topic VARCHAR(100) NOT NULL, 
	article_id INTEGER NOT NULL, 
	reader VARCHAR(22) DEFAULT '' NOT NULL, 
	verdict VARCHAR(12) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (topic, article_id, reader), 
	CONSTRAINT fk_feedback_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "feedback" VALUES('topic 1 é 贸易',1,'reader 1 é 贸易','verdict 1 é ','2026-03-10 12:00:00.000000');
INSERT INTO "feedback" VALUES('topic 2 é 贸易',2,'reader 2 é 贸易','verdict 2 é ','2026-03-11 12:00:00.000000');
INSERT INTO "feedback" VALUES('topic 3 é 贸易',3,'reader 3 é 贸易','verdict 3 é ','2026-03-12 12:00:00.000000');
CREATE TABLE feeds (
	feed_id VARCHAR(200) NOT NULL, 
	url TEXT NOT NULL, 
	configured_url TEXT NOT NULL, 
	gone_url TEXT NOT NULL, 
	etag TEXT NOT NULL, 
	last_modified TEXT NOT NULL, 
	body_sha256 VARCHAR(64) NOT NULL, 
	shown BLOB NOT NULL, 
	next_poll_at DATETIME, 
	polled_at DATETIME, 
	ok_at DATETIME, 
	new_at DATETIME, 
	failures INTEGER NOT NULL, 
	status VARCHAR(40) NOT NULL, 
	detail TEXT NOT NULL, 
	moved_to TEXT NOT NULL, 
	moved_seen INTEGER NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	cadence_s FLOAT, 
	gap_s FLOAT, 
	asked_s FLOAT NOT NULL, 
	skips TEXT NOT NULL, trouble VARCHAR(40) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_feeds PRIMARY KEY (feed_id)
);
INSERT INTO "feeds" VALUES('feed_id 1 é 贸易','url 1 é 贸易','configured_url 1 é 贸易','gone_url 1 é 贸易','etag 1 é 贸易','last_modified 1 é 贸易','body_sha256 1 é 贸易',X'00','2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000',1,'status 1 é 贸易','detail 1 é 贸易','moved_to 1 é 贸易',1,0,0.125,0.125,0.125,'skips 1 é 贸易','trouble 1 é 贸易');
INSERT INTO "feeds" VALUES('feed_id 2 é 贸易','url 2 é 贸易','configured_url 2 é 贸易','gone_url 2 é 贸易','etag 2 é 贸易','last_modified 2 é 贸易','body_sha256 2 é 贸易',X'0001','2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000',2,'status 2 é 贸易','detail 2 é 贸易','moved_to 2 é 贸易',2,1,0.25,0.25,0.25,'skips 2 é 贸易','trouble 2 é 贸易');
INSERT INTO "feeds" VALUES('feed_id 3 é 贸易','url 3 é 贸易','configured_url 3 é 贸易','gone_url 3 é 贸易','etag 3 é 贸易','last_modified 3 é 贸易','body_sha256 3 é 贸易',X'000102','2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000',3,'status 3 é 贸易','detail 3 é 贸易','moved_to 3 é 贸易',3,0,0.375,0.375,0.375,'skips 3 é 贸易','trouble 3 é 贸易');
CREATE TABLE issues (
	id INTEGER NOT NULL, 
	topic VARCHAR(100) NOT NULL, 
	number INTEGER NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	composed_at DATETIME NOT NULL, 
	digest TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	html TEXT NOT NULL, 
	text TEXT NOT NULL, 
	markdown TEXT NOT NULL, 
	json TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_issues PRIMARY KEY (id), 
	CONSTRAINT uq_issues_topic UNIQUE (topic, number)
);
INSERT INTO "issues" VALUES(1,'topic 1 é 贸易',1,'2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000','digest 1 é 贸易','subject 1 é 贸易','html 1 é 贸易','text 1 é 贸易','markdown 1 é 贸易','json 1 é 贸易','sha256 1 é 贸易');
INSERT INTO "issues" VALUES(2,'topic 2 é 贸易',2,'2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000','digest 2 é 贸易','subject 2 é 贸易','html 2 é 贸易','text 2 é 贸易','markdown 2 é 贸易','json 2 é 贸易','sha256 2 é 贸易');
INSERT INTO "issues" VALUES(3,'topic 3 é 贸易',3,'2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000','digest 3 é 贸易','subject 3 é 贸易','html 3 é 贸易','text 3 é 贸易','markdown 3 é 贸易','json 3 é 贸易','sha256 3 é 贸易');
CREATE TABLE looked_back (
	topic VARCHAR(100) NOT NULL, 
	mark VARCHAR(80) NOT NULL, 
	CONSTRAINT pk_looked_back PRIMARY KEY (topic)
);
INSERT INTO "looked_back" VALUES('topic 1 é 贸易','mark 1 é 贸易');
INSERT INTO "looked_back" VALUES('topic 2 é 贸易','mark 2 é 贸易');
INSERT INTO "looked_back" VALUES('topic 3 é 贸易','mark 3 é 贸易');
CREATE TABLE marks (
	name VARCHAR(40) NOT NULL, 
	mark VARCHAR(80) NOT NULL, 
	CONSTRAINT pk_marks PRIMARY KEY (name)
);
INSERT INTO "marks" VALUES('name 1 é 贸易','mark 1 é 贸易');
INSERT INTO "marks" VALUES('name 2 é 贸易','mark 2 é 贸易');
INSERT INTO "marks" VALUES('name 3 é 贸易','mark 3 é 贸易');
CREATE TABLE polls (
	id INTEGER NOT NULL, 
	feed_id VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	ok BOOLEAN NOT NULL, 
	http_status INTEGER NOT NULL, 
	status VARCHAR(40) NOT NULL, 
	entries INTEGER NOT NULL, 
	new INTEGER NOT NULL, skew_s FLOAT, 
	CONSTRAINT pk_polls PRIMARY KEY (id)
);
INSERT INTO "polls" VALUES(1,'feed_id 1 é 贸易','2026-03-10 12:00:00.000000',0,1,'status 1 é 贸易',1,1,0.125);
INSERT INTO "polls" VALUES(2,'feed_id 2 é 贸易','2026-03-11 12:00:00.000000',1,2,'status 2 é 贸易',2,2,0.25);
INSERT INTO "polls" VALUES(3,'feed_id 3 é 贸易','2026-03-12 12:00:00.000000',0,3,'status 3 é 贸易',3,3,0.375);
CREATE TABLE profiles (
	topic VARCHAR(100) NOT NULL, 
	version INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_profiles PRIMARY KEY (topic, version)
);
INSERT INTO "profiles" VALUES('topic 1 é 贸易',1,'2026-03-10 12:00:00.000000','body 1 é 贸易');
INSERT INTO "profiles" VALUES('topic 2 é 贸易',2,'2026-03-11 12:00:00.000000','body 2 é 贸易');
INSERT INTO "profiles" VALUES('topic 3 é 贸易',3,'2026-03-12 12:00:00.000000','body 3 é 贸易');
CREATE TABLE readers (
	mark VARCHAR(22) NOT NULL, 
	recipient VARCHAR(320) NOT NULL, 
	answers_after DATETIME, 
	CONSTRAINT pk_readers PRIMARY KEY (mark)
);
INSERT INTO "readers" VALUES('mark 1 é 贸易','recipient 1 é 贸易','2026-03-10 12:00:00.000000');
INSERT INTO "readers" VALUES('mark 2 é 贸易','recipient 2 é 贸易','2026-03-11 12:00:00.000000');
INSERT INTO "readers" VALUES('mark 3 é 贸易','recipient 3 é 贸易','2026-03-12 12:00:00.000000');
CREATE TABLE reported (
	issue_id INTEGER NOT NULL, 
	story_id INTEGER NOT NULL, 
	headline TEXT NOT NULL, 
	sentences JSON NOT NULL, 
	CONSTRAINT pk_reported PRIMARY KEY (issue_id, story_id), 
	CONSTRAINT fk_reported_issue_id FOREIGN KEY(issue_id) REFERENCES issues (id) ON DELETE CASCADE
);
INSERT INTO "reported" VALUES(1,1,'headline 1 é 贸易','["sentences", 1]');
INSERT INTO "reported" VALUES(2,2,'headline 2 é 贸易','["sentences", 2]');
INSERT INTO "reported" VALUES(3,3,'headline 3 é 贸易','["sentences", 3]');
CREATE TABLE revisions (
	id INTEGER NOT NULL, 
	article_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	field VARCHAR(40) NOT NULL, 
	old TEXT NOT NULL, 
	new TEXT NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (id), 
	CONSTRAINT fk_revisions_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "revisions" VALUES(1,1,'2026-03-10 12:00:00.000000','field 1 é 贸易','old 1 é 贸易','new 1 é 贸易');
INSERT INTO "revisions" VALUES(2,2,'2026-03-11 12:00:00.000000','field 2 é 贸易','old 2 é 贸易','new 2 é 贸易');
INSERT INTO "revisions" VALUES(3,3,'2026-03-12 12:00:00.000000','field 3 é 贸易','old 3 é 贸易','new 3 é 贸易');
CREATE TABLE schedules (
	topic VARCHAR(100) NOT NULL, 
	schedule TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_schedules PRIMARY KEY (topic)
);
INSERT INTO "schedules" VALUES('topic 1 é 贸易','schedule 1 é 贸易','2026-03-10 12:00:00.000000');
INSERT INTO "schedules" VALUES('topic 2 é 贸易','schedule 2 é 贸易','2026-03-11 12:00:00.000000');
INSERT INTO "schedules" VALUES('topic 3 é 贸易','schedule 3 é 贸易','2026-03-12 12:00:00.000000');
CREATE TABLE scores (
	topic VARCHAR(100) NOT NULL, 
	article_id INTEGER NOT NULL, 
	scored_at DATETIME NOT NULL, 
	relevance FLOAT NOT NULL, 
	is_relevant BOOLEAN NOT NULL, 
	novelty FLOAT, 
	duplicate_of INTEGER, 
	story_id INTEGER, 
	profile_version INTEGER NOT NULL, 
	background_id INTEGER NOT NULL, 
	tuning_version INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	issue_id INTEGER, fate VARCHAR(8) DEFAULT '' NOT NULL, because TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_scores PRIMARY KEY (topic, article_id), 
	CONSTRAINT fk_scores_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE, 
	CONSTRAINT fk_scores_background_id FOREIGN KEY(background_id) REFERENCES backgrounds (id), 
	CONSTRAINT fk_scores_issue_id FOREIGN KEY(issue_id) REFERENCES issues (id), 
	CONSTRAINT fk_scores_story FOREIGN KEY(topic, story_id) REFERENCES stories (topic, id)
);
INSERT INTO "scores" VALUES('topic 1 é 贸易',1,'2026-03-10 12:00:00.000000',0.125,0,0.125,1,1,1,1,1,'body 1 é 贸易',1,'fate 1 é','capped: its feed (one) headed 5 stories already');
INSERT INTO "scores" VALUES('topic 2 é 贸易',2,'2026-03-11 12:00:00.000000',0.25,1,0.25,2,2,2,2,2,'body 2 é 贸易',2,'fate 2 é','');
INSERT INTO "scores" VALUES('topic 3 é 贸易',3,'2026-03-12 12:00:00.000000',0.375,0,0.375,3,3,3,3,3,'body 3 é 贸易',3,'fate 3 é','');
CREATE TABLE sightings (
	feed_id VARCHAR(200) NOT NULL, 
	guid VARCHAR(2000) NOT NULL, 
	article_id INTEGER NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_sightings PRIMARY KEY (feed_id, guid), 
	CONSTRAINT fk_sightings_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "sightings" VALUES('feed_id 1 é 贸易','guid 1 é 贸易',1,'2026-03-10 12:00:00.000000');
INSERT INTO "sightings" VALUES('feed_id 2 é 贸易','guid 2 é 贸易',2,'2026-03-11 12:00:00.000000');
INSERT INTO "sightings" VALUES('feed_id 3 é 贸易','guid 3 é 贸易',3,'2026-03-12 12:00:00.000000');
CREATE TABLE slots (
	topic VARCHAR(100) NOT NULL, 
	slot DATETIME NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	issue_id INTEGER, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_slots PRIMARY KEY (topic, slot), 
	CONSTRAINT fk_slots_issue_id FOREIGN KEY(issue_id) REFERENCES issues (id)
);
INSERT INTO "slots" VALUES('topic 1 é 贸易','2026-03-10 12:00:00.000000','state 1 é 贸易',1,'2026-03-10 12:00:00.000000');
INSERT INTO "slots" VALUES('topic 2 é 贸易','2026-03-11 12:00:00.000000','state 2 é 贸易',2,'2026-03-11 12:00:00.000000');
INSERT INTO "slots" VALUES('topic 3 é 贸易','2026-03-12 12:00:00.000000','state 3 é 贸易',3,'2026-03-12 12:00:00.000000');
CREATE TABLE stories (
	topic VARCHAR(100) NOT NULL, 
	id INTEGER NOT NULL, 
	first_at DATETIME NOT NULL, 
	last_at DATETIME NOT NULL, 
	CONSTRAINT pk_stories PRIMARY KEY (topic, id)
);
INSERT INTO "stories" VALUES('topic 1 é 贸易',1,'2026-03-10 12:00:00.000000','2026-03-10 12:00:00.000000');
INSERT INTO "stories" VALUES('topic 2 é 贸易',2,'2026-03-11 12:00:00.000000','2026-03-11 12:00:00.000000');
INSERT INTO "stories" VALUES('topic 3 é 贸易',3,'2026-03-12 12:00:00.000000','2026-03-12 12:00:00.000000');
CREATE TABLE suppressed (
	topic VARCHAR(100) NOT NULL, 
	recipient VARCHAR(320) NOT NULL, 
	at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_suppressed PRIMARY KEY (topic, recipient)
);
INSERT INTO "suppressed" VALUES('topic 1 é 贸易','recipient 1 é 贸易','2026-03-10 12:00:00.000000','reason 1 é 贸易');
INSERT INTO "suppressed" VALUES('topic 2 é 贸易','recipient 2 é 贸易','2026-03-11 12:00:00.000000','reason 2 é 贸易');
INSERT INTO "suppressed" VALUES('topic 3 é 贸易','recipient 3 é 贸易','2026-03-12 12:00:00.000000','reason 3 é 贸易');
CREATE TABLE told_facts (
	topic VARCHAR(100) NOT NULL, 
	"key" INTEGER NOT NULL, 
	article_id INTEGER NOT NULL, 
	CONSTRAINT pk_told_facts PRIMARY KEY (topic, "key")
);
INSERT INTO "told_facts" VALUES('topic 1 é 贸易',1,1);
INSERT INTO "told_facts" VALUES('topic 2 é 贸易',2,2);
INSERT INTO "told_facts" VALUES('topic 3 é 贸易',3,3);
CREATE TABLE tunings (
	topic VARCHAR(100) NOT NULL, 
	version INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_tunings PRIMARY KEY (topic, version)
);
INSERT INTO "tunings" VALUES('topic 1 é 贸易',1,'2026-03-10 12:00:00.000000','body 1 é 贸易');
INSERT INTO "tunings" VALUES('topic 2 é 贸易',2,'2026-03-11 12:00:00.000000','body 2 é 贸易');
INSERT INTO "tunings" VALUES('topic 3 é 贸易',3,'2026-03-12 12:00:00.000000','body 3 é 贸易');
CREATE TABLE visits (
	article_id INTEGER NOT NULL, 
	asked_at DATETIME NOT NULL, 
	title TEXT NOT NULL, 
	etag TEXT NOT NULL, 
	last_modified TEXT NOT NULL, 
	validators_url TEXT NOT NULL, 
	failures INTEGER NOT NULL, 
	is_over BOOLEAN NOT NULL, 
	version_of INTEGER, 
	told_as TEXT NOT NULL, 
	CONSTRAINT pk_visits PRIMARY KEY (article_id), 
	CONSTRAINT fk_visits_article_id FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE
);
INSERT INTO "visits" VALUES(1,'2026-03-10 12:00:00.000000','title 1 é 贸易','etag 1 é 贸易','last_modified 1 é 贸易','validators_url 1 é 贸易',1,0,1,'told_as 1 é 贸易');
INSERT INTO "visits" VALUES(2,'2026-03-11 12:00:00.000000','title 2 é 贸易','etag 2 é 贸易','last_modified 2 é 贸易','validators_url 2 é 贸易',2,1,2,'told_as 2 é 贸易');
INSERT INTO "visits" VALUES(3,'2026-03-12 12:00:00.000000','title 3 é 贸易','etag 3 é 贸易','last_modified 3 é 贸易','validators_url 3 é 贸易',3,0,3,'told_as 3 é 贸易');
CREATE INDEX ix_polls_at ON polls (at);
CREATE INDEX ix_revisions_article_id ON revisions (article_id);
CREATE INDEX ix_scores_story ON scores (topic, story_id);
CREATE INDEX ix_scores_waiting ON scores (topic, is_relevant, issue_id);
CREATE INDEX ix_sightings_article_id ON sightings (article_id);
CREATE INDEX ix_scores_article_id ON scores (article_id, is_relevant);
CREATE INDEX ix_sightings_seen_at ON sightings (seen_at, article_id);
CREATE INDEX ix_bodies_issue_id ON bodies (issue_id);
CREATE INDEX ix_feedback_article_id ON feedback (article_id);
CREATE INDEX ix_articles_stage ON articles (stage);
CREATE INDEX ix_articles_seen_at ON articles (seen_at, id);
CREATE INDEX ix_articles_published ON articles (published);
CREATE INDEX ix_deliveries_message_id ON deliveries (message_id);
COMMIT;
